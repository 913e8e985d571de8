"""Which k places should stay open longer: the same problem over points and hours.

An element is a demand point in an hour in which no place that serves it is surely open. A place
that would be open then holds it; its weight is the point's. Hours of one point that the same
places would hold are one element with their number as a factor.
"""

from __future__ import annotations

import numpy as np

from services.coverage.reach import Reach
from services.coverage.siting.compiled import compiled_loop
from services.coverage.siting.problem import Flags, Ints, SitingProblem
from services.coverage.week import HOURS, Words
from services.errors import LimitExceeded
from services.limits import REACH_PAIRS_MAX


def longer_hours(
    reach: Reach, weights: Ints, low: Words, longer: Words, able: Flags
) -> SitingProblem:
    """The problem whose candidates are the ``able`` places, in their order.

    ``low`` and ``longer`` are uint64[places, 3]: hours that are surely open now, and then. All
    weights are weight · hours, those covered now in ``before``. Raises ``LimitExceeded`` beyond
    ``REACH_PAIRS_MAX`` pairs of a place and an element.
    """
    number = np.where(able, np.cumsum(able) - 1, -1).astype(np.int32)
    chance = np.random.default_rng(20261124)
    keys = chance.integers(1, 2**63, len(able), dtype=np.int64)
    sizes = np.zeros(2, dtype=np.int64)
    empty = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    arguments = (reach.indptr, reach.indices, low, longer & ~low, number, keys, weights)
    _elements(*arguments, *empty, sizes, False)
    pairs = int(sizes[1])
    if pairs > REACH_PAIRS_MAX:
        raise LimitExceeded(
            f"延长开放时间要比较的需求点、服务点与时段有 {pairs:,} 组,最多 {REACH_PAIRS_MAX:,} 组。"
            "请加大网格间距,或缩小范围、时长。",
            limit=REACH_PAIRS_MAX,
            field="extend_hours",
            value=pairs,
        )
    of = np.zeros(sizes[0], dtype=np.int64)
    place, element = np.zeros(sizes[1], np.int32), np.zeros(sizes[1], np.int32)
    before = _elements(*arguments, of, place, element, sizes, True)
    order = np.lexsort((element, place))
    count = int(able.sum())
    return SitingProblem(
        weights=of,
        indptr=np.concatenate(([0], np.cumsum(np.bincount(place, minlength=count)))).astype(
            np.int64
        ),
        demand=element[order],
        covered=np.zeros(len(of), dtype=np.bool_),
        before=int(before),
    )


@compiled_loop
def _elements(  # type: ignore[no-untyped-def]
    indptr, indices, low, added, number, keys, weights, of, place, element, sizes, fill
):
    """Count the elements and their pairs into ``sizes``, or write them. The weight covered now."""
    elements, pairs, before = 0, 0, 0
    open_now = np.zeros(HOURS, np.bool_)
    key = np.zeros(HOURS, np.int64)
    one = np.uint64(1)
    for d in range(len(indptr) - 1):
        open_now[:] = False
        key[:] = 0
        for p in range(indptr[d], indptr[d + 1]):
            j = indices[p]
            for h in range(HOURS):
                bit = one << np.uint64(h % 64)
                if low[j, h // 64] & bit:
                    open_now[h] = True
                elif number[j] >= 0 and added[j, h // 64] & bit:
                    key[h] += keys[j]
        for h in range(HOURS):
            if open_now[h]:
                before += weights[d]
                key[h] = 0
        for h in range(HOURS):
            if key[h] == 0:
                continue
            same = 0
            for g in range(h, HOURS):
                if key[g] == key[h] and g != h:
                    key[g] = 0
                    same += 1
            if fill:
                of[elements] = weights[d] * (same + 1)
            bit = one << np.uint64(h % 64)
            for p in range(indptr[d], indptr[d + 1]):
                j = indices[p]
                if number[j] >= 0 and added[j, h // 64] & bit:
                    if fill:
                        place[pairs] = number[j]
                        element[pairs] = elements
                    pairs += 1
            key[h] = 0
            elements += 1
    sizes[0], sizes[1] = elements, pairs
    return before
