"""How far a person gets when only the straight line is known.

A street is longer than the straight line by the detour factor, so

    limit_m  = max(0, minutes · 60 - overhead_s) · speed_ms / detour_factor
    travel_s = overhead_s + distance_m · detour_factor / speed_ms

Ten minutes on foot at 4.0 km/h with the factor 1.3 is 512.8 m, which agrees with the 500 m of
GB 50180-2018. Without the factor the circle's area would be overstated by 69 %.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

from services.travel.modes import DETOUR_FACTOR, TravelMode


@overload
def reach_limit_m(mode: TravelMode, minutes: float, detour_factor: float = ...) -> float: ...
@overload
def reach_limit_m(
    mode: TravelMode, minutes: NDArray[np.float64], detour_factor: float = ...
) -> NDArray[np.float64]: ...
def reach_limit_m(
    mode: TravelMode,
    minutes: float | NDArray[np.float64],
    detour_factor: float = DETOUR_FACTOR,
) -> float | NDArray[np.float64]:
    """Straight metres that ``mode`` covers in ``minutes``; 0 when the overhead eats them all."""
    moving_s = np.maximum(np.asarray(minutes, dtype=np.float64) * 60.0 - mode.overhead_s, 0.0)
    limit_m = moving_s * mode.speed_ms / detour_factor
    return limit_m if isinstance(minutes, np.ndarray) else float(limit_m)


@overload
def travel_s(distance_m: float, mode: TravelMode, detour_factor: float = ...) -> float: ...
@overload
def travel_s(
    distance_m: NDArray[np.float64], mode: TravelMode, detour_factor: float = ...
) -> NDArray[np.float64]: ...
def travel_s(
    distance_m: float | NDArray[np.float64],
    mode: TravelMode,
    detour_factor: float = DETOUR_FACTOR,
) -> float | NDArray[np.float64]:
    """Seconds from door to door for a straight distance in metres, the overhead included."""
    return mode.overhead_s + distance_m * (detour_factor / mode.speed_ms)
