"""The bounds: steps of a subgradient on the prices of the points, compiled."""

from __future__ import annotations

import numpy as np

from services.coverage.siting.compiled import compiled_loop


@compiled_loop
def _largest(values, k, room):  # type: ignore[no-untyped-def]
    """The k-th largest value (Hoare's selection in ``room``)."""
    room[:] = values
    low, high, wanted = 0, len(values) - 1, len(values) - k
    while low < high:
        pivot = room[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while room[i] < pivot:
                i += 1
            while room[j] > pivot:
                j -= 1
            if i <= j:
                room[i], room[j] = room[j], room[i]
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            break
    return room[wanted]


@compiled_loop
def lagrangian_steps(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    indptr, demand, weights, k, covered, steps, prices, direction, state, best_prices,
):  # fmt: skip
    """Steps of a deflected subgradient on the prices of the points; the least bound so far.

    The bound of prices u (0 ≤ u ≤ w) is sum(w - u) + the k largest sums of u over a candidate's
    points: each site is paid for what it holds, however many hold it. Step lengths are Polyak's
    with ``covered`` as the goal. ``state`` is [length factor, steps without progress, least bound];
    all but the first five arguments are carried on from call to call.
    """
    candidates, points = len(indptr) - 1, len(weights)
    sums = np.zeros(candidates)
    room = np.zeros(candidates)
    for _ in range(steps):
        for j in range(candidates):
            total = 0.0
            for p in range(indptr[j], indptr[j + 1]):
                total += prices[demand[p]]
            sums[j] = total
        level = _largest(sums, k, room)
        bound = 0.0
        for d in range(points):
            bound += weights[d] - prices[d]
            direction[d] = 0.9 * direction[d] - 0.1
        taken = 0
        for turn in range(2):
            for j in range(candidates):
                if taken < k and (sums[j] > level if turn == 0 else sums[j] == level):
                    taken += 1
                    bound += sums[j]
                    for p in range(indptr[j], indptr[j + 1]):
                        direction[demand[p]] += 0.1
        if bound < state[2] - 1e-5 * (state[2] - covered):
            state[1] = 0.0
        else:
            state[1] += 1.0
        if bound < state[2]:
            state[2] = bound
            best_prices[:] = prices
        if state[1] >= 15.0:
            state[0] *= 0.7
            state[1] = 0.0
        length = 0.0
        for d in range(points):
            g = direction[d]
            if not ((prices[d] <= 0.0 and g > 0.0) or (prices[d] >= weights[d] and g < 0.0)):
                length += g * g
        if length == 0.0 or bound <= covered:
            break
        step = state[0] * (bound - covered) / length
        for d in range(points):
            price = prices[d] - step * direction[d]
            prices[d] = min(max(price, 0.0), float(weights[d]))
    return state[2]


@compiled_loop
def cover_steps(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    indptr, demand, sites, steps, prices, direction, state, best_prices
):
    """The same for the fewest sites that cover every point (weights do not matter).

    The bound of prices u ≥ 0 is sum(u) + the sum of min(0, 1 - sums of u over a candidate's
    points). ``state`` is [length factor, steps without progress, greatest bound].
    """
    candidates, points = len(indptr) - 1, len(prices)
    for _ in range(steps):
        bound = 0.0
        for d in range(points):
            bound += prices[d]
            direction[d] = 0.9 * direction[d] + 0.1
        for j in range(candidates):
            total = 1.0
            for p in range(indptr[j], indptr[j + 1]):
                total -= prices[demand[p]]
            if total < 0.0:
                bound += total
                for p in range(indptr[j], indptr[j + 1]):
                    direction[demand[p]] -= 0.1
        if bound > state[2] + 1e-5 * (sites - state[2]):
            state[1] = 0.0
        else:
            state[1] += 1.0
        if bound > state[2]:
            state[2] = bound
            best_prices[:] = prices
        if state[1] >= 15.0:
            state[0] *= 0.7
            state[1] = 0.0
        length = 0.0
        for d in range(points):
            g = direction[d]
            if not (prices[d] <= 0.0 and g < 0.0):
                length += g * g
        if length == 0.0 or bound >= sites:
            break
        step = state[0] * (sites - bound) / length
        for d in range(points):
            prices[d] = max(prices[d] + step * direction[d], 0.0)
    return state[2]
