"""Build what one process works with, once, from the settings."""

from __future__ import annotations

from services.hours import calendar_for
from services.locator import Locator
from services.places import vocabulary
from services.region import load_region
from services.registry.database import Database
from services.settings import Settings


def build(settings: Settings) -> Locator:
    """The locator for these settings.

    Raises ``RegionInvalid`` or ``RegistryUnusable``; creates or upgrades the database.
    """
    region = load_region(settings.region)
    database = Database(settings.database_url)
    database.upgrade()
    database.check()
    return Locator(
        settings=settings,
        region=region,
        vocabulary=vocabulary(),
        calendar=calendar_for(region.country),
        database=database,
    )
