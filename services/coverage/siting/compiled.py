"""The search for sites: greedy, swaps and kicks, compiled.

All in one file, because numba does not notice when a function that a cached one calls changes
in another. Sites stand in slots. Each blocks the candidates that are too near it: ``blocked``
counts them, ``blocker`` is the slot where that is one.

For every slot s and candidate x, gain[x] + extra[s, x] - loss[s] is what swapping s for x adds:
gain counts the points that nobody covers, loss[s] those that slot s alone covers, extra[s, x] those
of the latter that x holds too. They are kept up to date point by point (Resende and Werneck 2007
keep the same three), so the best of all swaps is a look and not a count.
"""

from __future__ import annotations

import numba
import numpy as np


def compiled_loop(function):  # type: ignore[no-untyped-def]
    """Compiled at the first call, and kept on disk where that can be written."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to write: each process compiles for itself
        return numba.njit(nogil=True)(function)


@compiled_loop
def _block(j, s, by, x_m, y_m, spacing, blocked, blocker):  # type: ignore[no-untyped-def]
    """Candidate j in slot s blocks (by 1) or frees (by -1) all that are too near it."""
    if spacing > 0.0:
        # Measured each time: lists of those near can be longer than all else together.
        for x in range(len(x_m)):
            square = (x_m[x] - x_m[j]) ** 2 + (y_m[x] - y_m[j]) ** 2
            if square < spacing * spacing and x != j:
                blocked[x] += by
                blocker[x] ^= s


@compiled_loop
def _put(  # type: ignore[no-untyped-def]
    s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
    count, owner, gain, extra, loss, touching, touched, mark, stamp, blocked, blocker, swaps,
):  # fmt: skip
    """Candidate j into the empty slot s; the weight that it adds."""
    stamp[0] += 1
    now = stamp[0]
    neighbours = 0
    added = 0
    for p in range(indptr[j], indptr[j + 1]):
        d = demand[p]
        weight = weights[d]
        first, last = point_indptr[d], point_indptr[d + 1]
        if count[d] == 0:
            added += weight
            for q in range(first, last):
                x = holders[q]
                gain[x] -= weight
                if swaps:
                    extra[s, x] += weight
        elif count[d] == 1 and swaps:
            other = owner[d]
            loss[other] -= weight
            for q in range(first, last):
                extra[other, holders[q]] -= weight
        if swaps:
            for q in range(first, last):
                x = holders[q]
                if mark[x] != now:
                    mark[x] = now
                    touching[s, neighbours] = x
                    neighbours += 1
        count[d] += 1
        owner[d] ^= s
    _block(j, s, 1, x_m, y_m, spacing, blocked, blocker)
    loss[s] = added
    touched[s] = neighbours
    return added


@compiled_loop
def _take(  # type: ignore[no-untyped-def]
    s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
    count, owner, gain, extra, loss, touched, blocked, blocker,
):  # fmt: skip
    """Candidate j out of slot s; the weight that is lost."""
    lost = 0
    for p in range(indptr[j], indptr[j + 1]):
        d = demand[p]
        weight = weights[d]
        count[d] -= 1
        owner[d] ^= s
        if count[d] == 0:
            lost += weight
            for q in range(point_indptr[d], point_indptr[d + 1]):
                x = holders[q]
                gain[x] += weight
                extra[s, x] -= weight
        elif count[d] == 1:
            other = owner[d]
            loss[other] += weight
            for q in range(point_indptr[d], point_indptr[d + 1]):
                extra[other, holders[q]] += weight
    _block(j, s, -1, x_m, y_m, spacing, blocked, blocker)
    loss[s] = 0
    touched[s] = 0
    return lost


@compiled_loop
def search(  # type: ignore[no-untyped-def]
    indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
    k, start, rounds, seed, swaps,
):  # fmt: skip
    """Sites for k slots: ``start`` (-1: empty), filled greedily, improved by swaps and kicks.

    A kick empties two to six slots that lie together, fills them with some noise, and swaps again;
    worse results are kept with a chance that falls to nothing over the ``rounds`` (annealing).
    Returns the covered weight and the candidates by slot, -1 where none could be placed. The same
    ``seed`` gives the same answer.
    """
    np.random.seed(seed)
    candidates, points = len(indptr) - 1, len(point_indptr) - 1
    rows = k if swaps else 1
    columns = candidates if swaps else 1
    count = np.zeros(points, np.int32)
    owner = np.zeros(points, np.int32)
    gain = np.zeros(candidates, np.int64)
    loss = np.zeros(k, np.int64)
    extra = np.zeros((rows, columns), np.int64)
    touching = np.zeros((rows, columns), np.int32)
    touched = np.zeros(k, np.int32)
    mark = np.zeros(candidates, np.int64)
    stamp = np.zeros(1, np.int64)
    blocked = np.zeros(candidates, np.int32)
    blocker = np.zeros(candidates, np.int32)
    slot_of = np.full(candidates, -1, np.int32)
    sites = np.full(k, -1, np.int32)
    for j in range(candidates):
        for p in range(indptr[j], indptr[j + 1]):
            gain[j] += weights[demand[p]]
    value = 0
    for turn in range(2):
        for s in range(k):
            j = start[s]
            if turn == 1 and j < 0:
                for x in range(candidates):
                    if slot_of[x] < 0 and blocked[x] == 0 and (j < 0 or gain[x] > gain[j]):
                        j = x
                if not swaps and j >= 0 and gain[j] == 0:
                    break
            if j >= 0 and sites[s] < 0:
                sites[s] = j
                slot_of[j] = s
                value += _put(
                    s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                    count, owner, gain, extra, loss, touching, touched, mark, stamp, blocked,
                    blocker, swaps,
                )  # fmt: skip
    if not swaps:
        return value, sites
    best, best_sites = 0, sites.copy()
    kept, kept_sites = -1, sites.copy()
    emptied = np.empty(k, np.int32)
    is_emptied = np.zeros(k, np.bool_)
    for turn in range(rounds + 1):
        if turn > 0:
            wanted = min(k, 2 + np.random.randint(5))
            number = 0
            tries = 0
            while number < wanted:
                s = np.random.randint(k)
                if number > 0 and tries < 20 * wanted:
                    tries += 1
                    a = emptied[np.random.randint(number)]
                    if touched[a] == 0:
                        continue
                    x = touching[a, np.random.randint(touched[a])]
                    d = demand[indptr[x] + np.random.randint(indptr[x + 1] - indptr[x])]
                    if count[d] != 1:
                        continue
                    s = owner[d]
                if not is_emptied[s]:
                    is_emptied[s] = True
                    emptied[number] = s
                    number += 1
            for a in range(number):
                s = emptied[a]
                is_emptied[s] = False
                j = sites[s]
                if j >= 0:
                    value -= _take(
                        s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                        count, owner, gain, extra, loss, touched, blocked, blocker,
                    )  # fmt: skip
                    slot_of[j] = -1
                    sites[s] = -1
            for a in range(number):
                s = emptied[a]
                j = -1
                highest = -1.0
                for x in range(candidates):
                    if gain[x] > highest and slot_of[x] < 0 and blocked[x] == 0:
                        noisy = gain[x] * (1.0 - 0.3 * np.random.random())
                        if noisy > highest:
                            highest = noisy
                            j = x
                if j >= 0:
                    sites[s] = j
                    slot_of[j] = s
                    value += _put(
                        s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                        count, owner, gain, extra, loss, touching, touched, mark, stamp, blocked,
                        blocker, swaps,
                    )  # fmt: skip
        while True:
            outside = -1
            for x in range(candidates):
                if slot_of[x] < 0 and blocked[x] == 0 and (outside < 0 or gain[x] > gain[outside]):
                    outside = x
            most, out_of, into = 0, -1, -1
            for s in range(k):
                j = sites[s]
                if j < 0:
                    if outside >= 0 and gain[outside] > most:
                        most, out_of, into = gain[outside], s, outside
                    continue
                if outside >= 0 and gain[outside] - loss[s] > most:
                    most, out_of, into = gain[outside] - loss[s], s, outside
                for t in range(touched[s]):
                    x = touching[s, t]
                    better = gain[x] + extra[s, x] - loss[s]
                    free = blocked[x] == 0 or (blocked[x] == 1 and blocker[x] == s)
                    if better > most and free and slot_of[x] < 0:
                        most, out_of, into = better, s, x
            if spacing > 0.0:
                for x in range(candidates):
                    if blocked[x] == 1 and slot_of[x] < 0:
                        s = blocker[x]
                        better = gain[x] + extra[s, x] - loss[s]
                        if better > most:
                            most, out_of, into = better, s, x
            if out_of < 0:
                break
            j = sites[out_of]
            if j >= 0:
                value -= _take(
                    out_of, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                    count, owner, gain, extra, loss, touched, blocked, blocker,
                )  # fmt: skip
                slot_of[j] = -1
            sites[out_of] = into
            slot_of[into] = out_of
            value += _put(
                out_of, into, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                count, owner, gain, extra, loss, touching, touched, mark, stamp, blocked,
                blocker, swaps,
            )  # fmt: skip
        if value > best:
            best = value
            best_sites[:] = sites
        left = 1.0 - turn / (rounds + 1)
        if value >= kept or np.random.random() < np.exp(
            (value - kept) / (5e-4 * best * left + 1e-9)
        ):
            kept = value
            kept_sites[:] = sites
        else:
            for s in range(k):
                j = sites[s]
                if j >= 0 and j != kept_sites[s]:
                    value -= _take(
                        s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                        count, owner, gain, extra, loss, touched, blocked, blocker,
                    )  # fmt: skip
                    slot_of[j] = -1
                    sites[s] = -1
            for s in range(k):
                j = kept_sites[s]
                if j >= 0 and sites[s] < 0:
                    sites[s] = j
                    slot_of[j] = s
                    value += _put(
                        s, j, indptr, demand, point_indptr, holders, weights, x_m, y_m, spacing,
                        count, owner, gain, extra, loss, touching, touched, mark, stamp, blocked,
                        blocker, swaps,
                    )  # fmt: skip
    return best, best_sites
