"""A study of files: places, demand, areas and streets of any city on earth, no registry needed.

What no file gives comes from the region and, for the places, from the registry.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import numpy as np

from services.analysis_files import (
    areas_from_geojson,
    points_out,
    read_areas,
    read_candidates,
    read_demand,
    read_places,
)
from services.coverage.assess import assess
from services.coverage.counting import count_places
from services.coverage.demand import DemandPoints, census_over, grid_over
from services.coverage.nearest import NearestPlaces, nearest_within
from services.coverage.week import monday_of
from services.errors import InvalidInput
from services.geo.point import Point
from services.hours import HolidayCalendar, calendar_for
from services.importing.rows import RowProblem
from services.locator import Locator
from services.places import Place, Vocabulary
from services.region import Region, UrbanArea
from services.travel.streets import StreetNetwork, load_network
from services.workflows.study import Question, Study, measure_of, rules_without, streets_notes

__all__ = [
    "FileStudy",
    "Files",
    "areas_from_geojson",
    "read_candidates",
    "study_of_files",
    "today_of",
    "write_file",
    "write_points",
]

_NEAR_DEGREES: Final = 0.5
"""Places farther than this outside the demand's box are another city's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of an analysis; None: not from a file."""

    places: Path | None = None
    demand: Path | None = None
    areas: Path | None = None
    streets: Path | None = None

    def items(self) -> Iterator[tuple[str, Path]]:
        """Those that are given, by their option's name."""
        given = (
            ("places", self.places),
            ("demand", self.demand),
            ("areas", self.areas),
            ("streets", self.streets),
        )
        return ((name, path) for name, path in given if path is not None)


NO_FILES: Final = Files()


@dataclass(frozen=True, slots=True)
class FileStudy:
    """A study, and the rows of its files that were refused."""

    study: Study
    refused: tuple[tuple[str, RowProblem], ...]
    """``(file's name, problem)``."""


def study_of_files(
    files: Files,
    question: Question,
    *,
    region: Region,
    vocabulary: Vocabulary,
    locator: Callable[[], Locator],
    today: date,
) -> FileStudy:
    """The study that the files ask for. ``locator`` is called only when the registry is needed.

    Raises ``FileUnreadable`` or ``InvalidInput`` with a sentence for what cannot be used.
    """
    areas = read_areas(files.areas) if files.areas else None
    demand, notes, refused = _demand(files, areas, question, region)
    network = _network(files, locator)
    measure = measure_of(question.minutes, question.mode, question.method, network)
    rules = rules_without(question.count_also)
    here = _is_here(region, demand)
    if files.places is not None:
        read = read_places(files.places, vocabulary=vocabulary, today=today)
        places, sample = read.places, read.sample
        revision: int | None = None
        notes += [f"{files.places.name}:{note}" for note in read.notes]
        refused += [(files.places.name, problem) for problem in read.refused]
    else:
        snapshot = locator().snapshot()
        places, revision, sample = snapshot.places, snapshot.revision, snapshot.sample
    notes += _apart(places, demand)
    name = files.demand or files.areas
    notes += streets_notes(measure, demand, name.name if name else region.name)
    study = Study(
        assessment=assess(demand, count_places(places, vocabulary, today, rules), measure),
        places=tuple(places),
        rules=rules,
        vocabulary=vocabulary,
        calendar=calendar_for(region.country) if here else HolidayCalendar(),
        region=region if here else None,
        areas=areas or (() if files.demand else region.urban_areas),
        today=today,
        monday=monday_of(question.at.date() if question.at else today),
        revision=revision,
        sample=sample or (areas is None and files.demand is None and _drawn_by_rule(region)),
        notes=tuple(notes),
    )
    return FileStudy(study, tuple(refused))


def write_file(path: Path, body: bytes) -> None:
    """Write a whole file or none. Raises ``InvalidInput`` where it cannot be written."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(body)
        unfinished.replace(path)
    except OSError as problem:
        raise InvalidInput(
            f"文件“{path.name}”写不进去({os.strerror(problem.errno or 0)})。请换个位置。",
            field="file",
            value=path.name,
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def write_points(study: Study, path: Path) -> None:
    """One row a demand point: its nearest counting place, the way to it, and who covers it.

    By street, a point from which no place is within the limit names none. Raises ``InvalidInput``.
    """
    found = study.assessment
    demand, places = found.demand, found.places
    if found.measure.method == "streets":
        nearest, metres = nearest_within(found.reach)
    else:
        by_id = NearestPlaces(places)
        number = {place.id: index for index, place in enumerate(places)}
        own = np.array([number[place.id] for place in by_id.places], dtype=np.int64)
        nearest, metres = by_id.of(demand.lats, demand.lons)
        nearest = own[nearest] if len(own) else np.full(len(demand), -1)
    points_out.write_points(
        path,
        demand,
        places,
        nearest=nearest,
        distance_m=metres,
        reach=found.reach,
        measure=found.measure,
    )


def today_of(region: Region) -> date:
    """The date in the region's city."""
    return datetime.now(region.tz).date()


def _demand(
    files: Files, areas: tuple[UrbanArea, ...] | None, question: Question, region: Region
) -> tuple[DemandPoints, list[str], list[tuple[str, RowProblem]]]:
    if files.demand is not None:
        read = read_demand(files.demand, areas=areas)
        return (
            read.demand,
            [f"{files.demand.name}:{n}" for n in read.notes if n not in read.demand.notes],
            [(files.demand.name, problem) for problem in read.refused],
        )
    if question.weigh == "people":
        return census_over(areas or region.urban_areas, region, question.spacing_m), [], []
    if areas is not None:
        return grid_over(areas, question.spacing_m), [], []
    urban, districts = region.urban_areas, region.districts
    return grid_over(urban, question.spacing_m, districts=districts), [], []


def _network(files: Files, locator: Callable[[], Locator]) -> StreetNetwork | None:
    if files.streets is not None:
        return load_network(files.streets)
    from_region = files.places is None and files.demand is None and files.areas is None
    return locator().streets if from_region else None


def _drawn_by_rule(region: Region) -> bool:
    return any(area.sample for area in region.urban_areas)


def _is_here(region: Region, demand: DemandPoints) -> bool:
    """Whether the demand is the region's: then its names, holidays and districts apply."""
    if not len(demand):
        return True
    middle = Point(float(np.median(demand.lats)), float(np.median(demand.lons)))
    return region.contains(middle)


def _apart(places: tuple[Place, ...], demand: DemandPoints) -> list[str]:
    """A sentence when no place lies anywhere near the demand: two files of different cities."""
    points = [place.point for place in places if place.point is not None]
    if not points or not len(demand):
        return []
    lats, lons = np.array([p.lat for p in points]), np.array([p.lon for p in points])
    near = (
        (lats >= demand.lats.min() - _NEAR_DEGREES)
        & (lats <= demand.lats.max() + _NEAR_DEGREES)
        & (lons >= demand.lons.min() - _NEAR_DEGREES)
        & (lons <= demand.lons.max() + _NEAR_DEGREES)
    )
    if near.any():
        return []
    return [
        f"{len(points)} 个服务点都在需求范围之外(服务点在纬度 {lats.min():.3f}–{lats.max():.3f}、"
        f"经度 {lons.min():.3f}–{lons.max():.3f},需求在纬度 {demand.lats.min():.3f}–"
        f"{demand.lats.max():.3f}、经度 {demand.lons.min():.3f}–{demand.lons.max():.3f})。"
        "是不是同一座城市的文件,经纬度有没有填反?"
    ]
