"""A city's folder, loaded and checked: everything that the product knows of a place on earth.

    region.toml            names, country, time zone, view, published figures, credits
    districts.geojson      polygons; id = adcode, properties.name
    seats.csv              the seat of each district
    townships.csv          code, name, district, and a point where one is known
    villages.csv           villages and communities, by township
    gazetteer.csv          named points with their precision
    census.csv             residents and their urban share
    urban_areas.geojson    main urban areas; properties adcode, name, sample

Another city is another folder with the same files (a table may hold its header only). Nothing
here or above knows Yancheng. A folder that is damaged stops the start with ``RegionInvalid``,
which names the file, the line and what to do.
"""

from __future__ import annotations

from services.region.city import (
    CensusRow,
    EnglishNames,
    GazetteerEntry,
    Region,
    Township,
    UrbanArea,
    Village,
)
from services.region.loading import load_region
from services.settings import DEFAULT_REGION

__all__ = [
    "DEFAULT_REGION",
    "CensusRow",
    "EnglishNames",
    "GazetteerEntry",
    "Region",
    "Township",
    "UrbanArea",
    "Village",
    "load_region",
]
