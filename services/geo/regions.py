"""Districts: which one holds a point, their areas, and a lighter drawing of them.

Polygons are shapely geometries in longitude/latitude degrees, WGS-84, as GeoJSON has them; every
signature here says lat first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon

from services.geo.distance import DEGREE_M
from services.geo.point import Point

_ELLIPSOID: Final = Geod(ellps="WGS84")
_CHUNK: Final = 200_000
"""Points looked up at a time, so that a million rows do not become a million live geometries."""
_NAME_ENDINGS: Final = "区县市旗"


@dataclass(frozen=True, slots=True)
class District:
    """A county-level division: ``adcode`` is its stable code, ``polygon`` lon/lat WGS-84."""

    adcode: str
    name: str
    polygon: Polygon | MultiPolygon

    @property
    def short_name(self) -> str:
        """The name as people say it: 亭湖 for 亭湖区. Two-character names stay whole."""
        return (
            self.name[:-1] if len(self.name) > 2 and self.name[-1] in _NAME_ENDINGS else self.name
        )

    @property
    def area_m2(self) -> float:
        """Area on the WGS-84 ellipsoid, square metres."""
        area, _perimeter = _ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(self.polygon))
        return float(abs(area))


class Districts:
    """The districts of a region, in the order given. Immutable.

    A point on the border of two belongs to the first. A point just outside a generalised coast
    belongs to none, and that is the answer: nothing is snapped.
    """

    def __init__(self, districts: Sequence[District]) -> None:
        self._districts = tuple(districts)
        self._polygons = np.array([each.polygon for each in self._districts], dtype=object)
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)
        self._by_adcode = {each.adcode: each for each in self._districts}
        self._by_name = {each.short_name: each for each in reversed(self._districts)}
        self._by_name |= {each.name: each for each in reversed(self._districts)}

    def __iter__(self) -> Iterator[District]:
        return iter(self._districts)

    def __len__(self) -> int:
        return len(self._districts)

    def __getitem__(self, index: int) -> District:
        """The district with an index of ``holding_many``."""
        return self._districts[index]

    def __contains__(self, adcode: object) -> bool:
        return adcode in self._by_adcode

    def by_adcode(self, adcode: str) -> District:
        """The district with this adcode. Raises ``KeyError``."""
        return self._by_adcode[adcode]

    def named(self, name: str) -> District | None:
        """The district with this name, whole (亭湖区) or as people say it (亭湖)."""
        return self._by_name.get(name.strip())

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """``(south, west, north, east)`` in degrees. Raises ``ValueError`` when there are none."""
        if not self._districts:
            raise ValueError("no districts, no bounds")
        west, south, east, north = shapely.total_bounds(self._polygons)
        return float(south), float(west), float(north), float(east)

    def holding(self, point: Point) -> District | None:
        """The district that holds this point, or None."""
        index = int(self.holding_many(np.array([point.lat]), np.array([point.lon]))[0])
        return None if index < 0 else self._districts[index]

    def holding_many(
        self, lats: npt.NDArray[np.float64], lons: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.int64]:
        """For each point the index of its district in iteration order, or -1.

        ``lats`` and ``lons`` are 1-d arrays of one length, degrees; a NaN is in no district.
        """
        lats, lons = np.asarray(lats, dtype=float), np.asarray(lons, dtype=float)
        found = np.full(lats.shape, -1, dtype=np.int64)
        for start in range(0, len(lats), _CHUNK):
            part = slice(start, start + _CHUNK)
            self._fill(found[part], lats[part], lons[part])
        return found

    def _fill(
        self,
        found: npt.NDArray[np.int64],
        lats: npt.NDArray[np.float64],
        lons: npt.NDArray[np.float64],
    ) -> None:
        # Boxes first for all points at once; then each polygon, prepared, tests its own few.
        in_box, which = self._tree.query(shapely.points(lons, lats))
        order = np.argsort(which, kind="stable")
        in_box, which = in_box[order], which[order]
        for index, group in zip(*_groups(in_box, which), strict=True):
            free = group[found[group] < 0]
            inside = shapely.intersects_xy(self._polygons[index], lons[free], lats[free])
            found[free[inside]] = index

    def simplified(self, tolerance_m: float) -> Districts:
        """The same districts drawn with fewer corners, shared borders still shared.

        Corners whose triangle with their neighbours is smaller than ``tolerance_m`` squared go
        (Visvalingam–Whyatt over the whole coverage, GEOS). For drawing only: which district holds
        a point is asked of the full ones.
        """
        south, _west, north, _east = self.bounds
        scale = np.array([DEGREE_M * np.cos(np.radians((south + north) / 2)), DEGREE_M])
        metres = shapely.transform(self._polygons, lambda xy: xy * scale)
        lighter = shapely.transform(
            shapely.coverage_simplify(metres, tolerance_m), lambda xy: xy / scale
        )
        return Districts(
            [
                District(each.adcode, each.name, polygon)
                for each, polygon in zip(self._districts, lighter, strict=True)
            ]
        )


def _groups(
    values: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """The distinct ``keys`` (sorted already) and the ``values`` under each."""
    distinct, starts = np.unique(keys, return_index=True)
    return distinct, np.split(values, starts[1:]) if len(distinct) else []
