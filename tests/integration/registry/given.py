"""What the tests of the registry begin with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.geo.point import Point
from services.places import (
    Access,
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    Precision,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def station(number: int = 1, **values: object) -> PlaceDraft:
    """A draft that has something in every field."""
    full = {
        "kind": "station",
        "name": f"解放南路{number}号户外劳动者服务站",
        "other_names": ("工会驿站", "暖心驿站"),
        "address": f"盐城市亭湖区解放南路{number}号",
        "district": "320902",
        "township": "五星街道",
        "point": Point(33.377123, 120.161456),
        "location_source": LocationSource.SURVEYED,
        "location_precision": Precision.DOOR,
        "location_state": LocationState.CONFIRMED,
        "location_reason": "现场核对",
        "location_checked_on": date(2026, 11, 2),
        "opening_hours": "Mo-Fr 08:00-18:00",
        "opening_hours_raw": "周一至周五 8:00—18:00",
        "access": Access.QR_DOOR,
        "amenities": {"water": True, "shower": False},
        "phone": "0515-88888888",
        "host": "中国邮政",
        "host_type": "post",
        "capacity": 12,
        "listed_on": ("amap", "tencent"),
        "awards": ("2025 最美工会户外劳动者服务站点",),
        "status": PlaceStatus.PUBLISHED,
        "status_reason": "",
        "verified_on": date(2026, 11, 1),
        "verified_by": "市总工会",
        "source": "union",
        "source_id": f"U{number}",
    }
    return PlaceDraft(**{**full, **values})
