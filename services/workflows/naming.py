"""Words that people type, into values of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from services.errors import InvalidInput
from services.limits import YEAR_MAX, YEAR_MIN
from services.locator import Locator
from services.travel.modes import MODES, TravelMode


def travel_mode(key: str) -> TravelMode:
    """The mode with this key. Raises ``InvalidInput``."""
    if key not in MODES:
        known = "、".join(MODES)
        raise InvalidInput(
            f"没有“{key[:40]}”这种出行方式,可用的是 {known}。", field="mode", value=key
        )
    return MODES[key]


def known_names(locator: Locator, field: str, names: Iterable[str]) -> frozenset[str]:
    """Check keys of kinds, amenities or districts (adcodes). Raises ``InvalidInput``."""
    known = {
        "kind": {kind.key for kind in locator.vocabulary.kinds},
        "amenity": {amenity.key for amenity in locator.vocabulary.amenities},
        "district": {district.adcode for district in locator.region.districts},
    }[field]
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"没有“{name[:40]}”,可用的是 {'、'.join(sorted(known))}。", field=field, value=name
            )
    return frozenset(names)


def local_time(locator: Locator, at: datetime | None, *, field: str = "at") -> datetime:
    """``at`` in the city's time zone: now when None, local when it has no offset.

    Raises ``InvalidInput`` for a year so far off that a day before or after it may not exist.
    """
    if at is None:
        return locator.now()
    return in_zone(at, locator.region.tz, field=field)


def in_zone(at: datetime, tz: ZoneInfo, *, field: str = "at") -> datetime:
    """``at`` in a time zone; it is of that zone when it has no offset. Raises as ``local_time``."""
    if not YEAR_MIN <= at.year <= YEAR_MAX:
        raise InvalidInput(
            f"时间“{at.isoformat()}”太远,年份应在 {YEAR_MIN} 到 {YEAR_MAX} 之间。",
            field=field,
            value=at.isoformat(),
        )
    if at.tzinfo is None:
        return at.replace(tzinfo=tz)
    return at.astimezone(tz)
