"""What "within" means: a mode and minutes, along streets where there is a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from services.travel.catchments import Catchments, Floats
from services.travel.modes import DETOUR_FACTOR, TravelMode
from services.travel.straight_catchments import StraightCatchments
from services.travel.straight_line import reach_limit_m, travel_s

if TYPE_CHECKING:
    from services.travel.streets import StreetNetwork

Method = Literal["straight", "streets"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measure:
    """A service standard and how the way to it is measured.

    Without a network the way is the straight line times ``detour_factor``; with one it is the
    street's own length, and ``detour_factor`` only says what the straight line would have meant.
    """

    mode: TravelMode
    minutes: float
    detour_factor: float = DETOUR_FACTOR
    network: StreetNetwork | None = None

    @property
    def method(self) -> Method:
        """Which of the two: it stands beside every figure."""
        return "straight" if self.network is None else "streets"

    @property
    def limit_m(self) -> float:
        """Metres (straight, or of street) within which a place serves."""
        return reach_limit_m(self.mode, self.minutes, self._factor)

    @property
    def straight_limit_m(self) -> float:
        """What the limit would be by straight line, whichever method is in use."""
        return reach_limit_m(self.mode, self.minutes, self.detour_factor)

    def travel_s(self, distance_m: Any) -> Any:
        """Seconds from door to door, the mode's overhead included; a number or an array."""
        return travel_s(distance_m, self.mode, self._factor)

    def catchments(self, lats: Floats, lons: Floats) -> Catchments:
        """Prepared for these demand points (degrees WGS-84).

        Raises ``InvalidInput`` when the network does not know the mode.
        """
        if self.network is None:
            return StraightCatchments(lats, lons)
        from services.travel.streets import StreetCatchments  # noqa: PLC0415  numba: only here

        return StreetCatchments(self.network.graph(self.mode.key), lats, lons)

    @property
    def _factor(self) -> float:
        return self.detour_factor if self.network is None else 1.0
