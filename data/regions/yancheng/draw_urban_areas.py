"""Draw the SAMPLE main urban areas of a region by rule (no official polygons are public).

    python data/regions/yancheng/draw_urban_areas.py [FOLDER]     (from the project's top folder)

The rule, for each district with a seat: a disc round the seat, clipped to the district, just so
large that its area is

    urban residents (census.csv) × SHARE_IN_MAIN_AREA ÷ PERSONS_PER_KM2.

PERSONS_PER_KM2: GB 50137-2011 plans about 100 m² of construction land a person, 10,000 a km².
SHARE_IN_MAIN_AREA: our assumption; the rest of the urban residents live in the other towns.
Clipping keeps the areas of two districts whose seats adjoin from overlapping.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from pyproj import Geod

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from services.geo.geojson import collection, feature  # noqa: E402
from services.geo.point import Point  # noqa: E402
from services.region import DEFAULT_REGION, Region, load_region  # noqa: E402

SHARE_IN_MAIN_AREA = 0.6
PERSONS_PER_KM2 = 10_000
CORNERS = 72
OUTPUT = "urban_areas.geojson"

ELLIPSOID = Geod(ellps="WGS84")


def draw(region: Region) -> dict[str, Any]:
    """The FeatureCollection for a region that has seats and a census."""
    features = []
    for district in region.districts:
        seat = region.seats.get(district.adcode)
        if seat is None:
            continue
        residents = region.urban_residents(district.adcode) * SHARE_IN_MAIN_AREA
        wanted_m2 = min(residents / PERSONS_PER_KM2 * 1e6, 0.9 * district.area_m2)
        area = _clipped_disc(seat, district.polygon, wanted_m2)
        features.append(
            feature(
                district.adcode,
                area,
                {
                    "adcode": district.adcode,
                    "name": f"{district.short_name}主城区(示例)",
                    "sample": True,
                    "area_km2": round(_area_m2(area) / 1e6, 2),
                },
            )
        )
    return collection(
        features,
        sample=True,
        rule="示例:以区县驻地为中心、裁到本区县的圆;面积 = 城镇人口 × 0.6 ÷ 10000 人/平方公里"
        "(GB 50137-2011)。由 draw_urban_areas.py 画出,不是规划或公布的主城区。",
    )


def _clipped_disc(seat: Point, district: shapely.Geometry, wanted_m2: float) -> shapely.Geometry:
    low, high = 0.0, 100_000.0
    for _ in range(50):  # to well under a millimetre
        middle = (low + high) / 2
        if _area_m2(_disc(seat, middle).intersection(district)) < wanted_m2:
            low = middle
        else:
            high = middle
    return _disc(seat, high).intersection(district)


def _disc(seat: Point, radius_m: float) -> shapely.Geometry:
    azimuths = [360 * corner / CORNERS for corner in range(CORNERS)]
    lons, lats, _back = ELLIPSOID.fwd(
        [seat.lon] * CORNERS, [seat.lat] * CORNERS, azimuths, [radius_m] * CORNERS
    )
    return shapely.Polygon(list(zip(lons, lats, strict=True)))


def _area_m2(area: shapely.Geometry) -> float:
    return abs(float(ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(area))[0]))


def main() -> None:
    """Write the folder's ``urban_areas.geojson`` anew."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_REGION
    output = folder / OUTPUT
    if not output.exists():
        output.write_text(json.dumps(collection([])), encoding="utf-8")
    drawn = draw(load_region(folder))
    output.write_text(json.dumps(drawn, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
