"""Words that people type, into values of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.errors import InvalidInput
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
    """Check names of kinds or amenities against the vocabulary. Raises ``InvalidInput``."""
    rows = locator.vocabulary.kinds if field == "kind" else locator.vocabulary.amenities
    known = {row.key for row in rows}
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"没有“{name[:40]}”,可用的是 {'、'.join(sorted(known))}。", field=field, value=name
            )
    return frozenset(names)


def local_time(locator: Locator, at: datetime | None) -> datetime:
    """``at`` in the city's time zone: now when None, local when it has no offset."""
    if at is None:
        return locator.now()
    if at.tzinfo is None:
        return at.replace(tzinfo=locator.time_zone)
    return at.astimezone(locator.time_zone)
