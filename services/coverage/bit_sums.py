"""The compiled loops of the week and of scenarios: covered weight by hour from opening bits.

Import this inside the function that calls it: importing costs numba.

A place's week is six words: three of hours that are surely open and three of hours that may be (bit
h % 64 of word h // 64 is hour h). Where the week of a demand point opens and closes, its weight is
added to and taken from ``edges``; running sums over the hours then give the covered weight. A week
has few edges, so this costs a tenth of going through 168 hours, and it stays whole numbers.

Everything is in one file because numba does not notice when a function that a cached one calls
changes in another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Words = NDArray[np.uint64]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ONE: Final = np.uint64(1)
_TOP: Final = np.uint64(63)
# The lowest set bit times this puts a different pattern into the top six bits for each position.
_DE_BRUIJN: Final = np.uint64(0x03F79D71B4CB0A89)
_SIX: Final = np.uint64(58)
_SLOTS: Final = 1024
_LAST_SLOT: Final = np.uint64(_SLOTS - 1)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)
_POSITIONS: Final = np.zeros(64, dtype=np.int64)
for _bit in range(64):
    _POSITIONS[((int(_DE_BRUIJN) << _bit) % 2**64) >> 58] = _bit


def _compiled(function: _Function) -> _Function:
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to write: each process compiles for itself
        made = numba.njit(nogil=True)(function)
    return cast(_Function, made)


@_compiled
def _add_edges(words: Words, first: int, edges: Ints, weight: int) -> None:
    """Add ``weight`` at each opening and take it at each closing of ``words[first:first + 3]``.

    ``edges`` has 169 entries; the last takes a week that is open to its end.
    """
    before = np.uint64(0)
    for word in range(3):
        bits = words[first + word]
        changes = bits ^ ((bits << _ONE) | before)
        before = bits >> _TOP
        while changes:
            lowest = changes & (~changes + _ONE)
            hour = 64 * word + _POSITIONS[(lowest * _DE_BRUIJN) >> _SIX]
            if bits & lowest:
                edges[hour] += weight
            else:
                edges[hour] -= weight
            changes ^= lowest


@_compiled
def _same_places(indices: Numbers, start: int, end: int, last: int, last_end: int) -> bool:
    if end - start != last_end - last:
        return False
    for entry in range(end - start):  # noqa: SIM110  the compiler knows no generators
        if indices[start + entry] != indices[last + entry]:
            return False
    return True


@_compiled
def week_edges(
    indptr: Ints, indices: Numbers, week: Words, weights: Ints, district: Ints, edges: Ints
) -> None:
    """Fill ``edges[low or high, district, 169]`` from the places' ``week[place, 6]``.

    Row i of ``indices`` are the places of demand point i. Neighbours mostly have the same places,
    and few weeks differ at all: weights are summed by district and week in a table of ``_SLOTS``,
    and a sum is entered when another week needs its slot, and at the end.
    """
    weeks = np.zeros((_SLOTS, 6), dtype=np.uint64)
    of = np.zeros(_SLOTS, dtype=np.int64)
    sums = np.zeros(_SLOTS, dtype=np.int64)
    own = np.zeros(6, dtype=np.uint64)
    slot, last, last_end = np.uint64(0), 0, 0
    for point in range(len(indptr) - 1):
        start, end = indptr[point], indptr[point + 1]
        if start == end:
            continue
        if district[point] != of[slot] or not _same_places(indices, start, end, last, last_end):
            own[:] = week[indices[start]]
            for entry in range(start + 1, end):
                place = indices[entry]
                for word in range(6):
                    own[word] |= week[place, word]
            mixed = np.uint64(district[point])
            for word in range(6):
                mixed = (mixed ^ own[word]) * _MIX
                mixed ^= mixed >> _HALF
            slot = mixed & _LAST_SLOT
            same = district[point] == of[slot]
            for word in range(6):
                same &= own[word] == weeks[slot, word]
            if not same:
                _add_edges(weeks[slot], 0, edges[0, of[slot]], sums[slot])
                _add_edges(weeks[slot], 3, edges[1, of[slot]], sums[slot])
                weeks[slot] = own
                of[slot], sums[slot] = district[point], 0
            last, last_end = start, end
        sums[slot] += weights[point]
    for left in range(_SLOTS):
        if sums[left]:
            _add_edges(weeks[left], 0, edges[0, of[left]], sums[left])
            _add_edges(weeks[left], 3, edges[1, of[left]], sums[left])


@_compiled
def _touch(points: Numbers, mark: Numbers, touched: Numbers, known: int) -> int:
    for point in points:
        if mark[point] == 0:
            touched[known] = point
            known += 1
            mark[point] = known
    return known


@_compiled
def _add_places(
    added: Ints, points: Numbers, week: Words, mark: Numbers, more: Ints, more_week: Words
) -> None:
    for place in range(len(added) - 1):
        for entry in range(added[place], added[place + 1]):
            slot = mark[points[entry]] - 1
            more[slot] += 1
            for word in range(6):
                more_week[slot, word] |= week[place, word]


@_compiled
def _old_and_now(
    places: Numbers, week: Words, becomes: Numbers, new_week: Words, old: Words, now: Words
) -> int:
    """Join the hours of ``places`` as they were and as they become; how many of them are left."""
    left = len(places)
    for place in places:
        for word in range(6):
            old[word] |= week[place, word]
        state = becomes[place]
        if state == 0:
            for word in range(6):
                now[word] |= week[place, word]
        elif state > 0:
            for word in range(6):
                now[word] |= new_week[state - 1, word]
        else:
            left -= 1
    return left


@_compiled
def edit_edges(
    indptr: Ints,
    indices: Numbers,
    by_place: Ints,
    points: Numbers,
    week: Words,
    weights: Ints,
    district: Ints,
    edited: Numbers,
    becomes: Numbers,
    new_week: Words,
    added: Ints,
    added_points: Numbers,
    added_week: Words,
    mark: Numbers,
    at_least: Ints,
    edges: Ints,
) -> tuple[Numbers, Ints]:
    """The exact change that edits make, from the demand points that they touch and no others.

    ``indptr, indices`` are the places of each point, ``by_place, points`` the points of each place,
    ``week[place, 6]`` the places' hours: the base, which is only read. ``edited`` are the places
    that change where they are: ``becomes[place]`` (zeros for all others) is -1 for one that no
    longer serves, and n for one that now has the hours ``new_week[n - 1]``. New places reach
    ``added_points[added[i]:added[i + 1]]`` with ``added_week[i]``. ``mark`` is zeros, one a point.

    Adds to ``at_least[district, k - 1]`` the change of the weight with at least k places, and to
    ``edges`` as ``week_edges`` does. Returns the points whose number of places changed and their
    new numbers, in no order.
    """
    most = added[-1]
    for place in edited:
        most += by_place[place + 1] - by_place[place]
    touched = np.empty(min(most, len(mark)), dtype=np.int32)
    size = _touch(added_points, mark, touched, 0)
    for place in edited:
        size = _touch(points[by_place[place] : by_place[place + 1]], mark, touched, size)
    more = np.zeros(size, dtype=np.int64)
    more_week = np.zeros((size, 6), dtype=np.uint64)
    _add_places(added, added_points, added_week, mark, more, more_week)

    old = np.empty(6, dtype=np.uint64)
    now = np.empty(6, dtype=np.uint64)
    changed = np.empty(size, dtype=np.int32)
    number = np.empty(size, dtype=np.int64)
    changes = 0
    for slot in range(size):
        point = touched[slot]
        of, weight = district[point], weights[point]
        places = indices[indptr[point] : indptr[point + 1]]
        old[:] = np.uint64(0)
        now[:] = more_week[slot]
        count = more[slot] + _old_and_now(places, week, becomes, new_week, old, now)
        if count != len(places):
            changed[changes], number[changes] = point, count
            changes += 1
            for k in range(at_least.shape[1]):
                at_least[of, k] += weight * (np.int64(count > k) - np.int64(len(places) > k))
        for word in range(6):
            # Only what differs is left: hours lost in ``old``, hours gained in ``now``.
            same = old[word] & now[word]
            old[word] ^= same
            now[word] ^= same
        for band in range(2):
            _add_edges(now, 3 * band, edges[band, of], weight)
            _add_edges(old, 3 * band, edges[band, of], -weight)
    return changed[:changes], number[:changes]
