"""A study of files: places, demand, areas and streets of any city on earth, no registry needed.

What no file gives comes from the region and, for the places, from the registry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

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
from services.coverage.counting import Counted, count_places
from services.coverage.demand import DemandPoints, census_over, grid_over
from services.coverage.nearest import NearestPlaces, nearest_within
from services.coverage.week import monday_of
from services.errors import FileUnreadable, InvalidInput
from services.geo.point import Point
from services.hours import HolidayCalendar, calendar_for
from services.importing.rows import RowProblem
from services.locator import Locator
from services.places import Place, Vocabulary
from services.region import Region, UrbanArea
from services.travel.streets import StreetNetwork, load_network
from services.whole_file import whole_file
from services.workflows.naming import in_zone
from services.workflows.planning import moment
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

T = TypeVar("T")

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
    at: datetime | None
    """The moment that was asked about, by the demand's own clocks."""


def study_of_files(
    files: Files,
    question: Question,
    *,
    region: Region,
    vocabulary: Vocabulary,
    locator: Callable[[], Locator],
    today: date,
    streets: Path | None = None,
) -> FileStudy:
    """The study that the files ask for. ``locator`` is called only when the registry is needed.

    ``streets`` is the network that is configured: it is used where no file names another and the
    demand lies in it. Raises ``FileUnreadable`` or ``InvalidInput`` with a sentence for what
    cannot be used.
    """
    areas = _named(read_areas, files.areas) if files.areas else None
    demand, notes, refused = _demand(files, areas, question, region)
    name = files.demand or files.areas
    whose = name.name if name else region.name
    network, network_notes = _network(files, question, demand, whose, streets)
    measure = measure_of(question.minutes, question.mode, question.method, network)
    rules = rules_without(question.count_also)
    here = _is_here(region, demand)
    at = _local(question.at, region, here=here)
    if files.places is not None:
        read = _named(partial(read_places, vocabulary=vocabulary, today=today), files.places)
        places, sample = read.places, read.sample
        revision: int | None = None
        notes += [f"{files.places.name}:{note}" for note in read.notes]
        refused += [(files.places.name, problem) for problem in read.refused]
    else:
        snapshot = locator().snapshot()
        places, revision, sample = snapshot.places, snapshot.revision, snapshot.sample
    notes += [
        f"{name}:{count} 行被拒收,没有计入。"
        for name, count in Counter(name for name, _ in refused).items()
    ]
    notes += _suspicions(places, demand)
    notes += [*network_notes, *streets_notes(measure, demand, whose)]
    study = Study(
        assessment=assess(demand, count_places(places, vocabulary, today, rules), measure),
        places=tuple(places),
        rules=rules,
        vocabulary=vocabulary,
        calendar=calendar_for(region.country) if here else HolidayCalendar(),
        region=region if here else None,
        areas=areas or (() if files.demand else region.urban_areas),
        today=today,
        monday=monday_of(at.date() if at else today),
        revision=revision,
        sample=sample,
        notes=tuple(notes),
    )
    return FileStudy(study, tuple(refused), at)


def write_file(path: Path, body: bytes) -> None:
    """Write a whole file or none. Raises ``InvalidInput`` where it cannot be written."""
    with whole_file(path, field="file") as unfinished:
        unfinished.write_bytes(body)


def write_points(study: Study, path: Path, at: datetime | None = None) -> None:
    """One row a demand point: its nearest counting place, the way to it, and who covers it.

    At a moment only the places are looked at that are surely open then. By street, a point from
    which no place is within the limit names none. Raises ``InvalidInput``.
    """
    found = study.assessment
    if at is not None:
        flags = moment(study, at).open_for_sure
        then = tuple(place for place, is_open in zip(found.places, flags, strict=True) if is_open)
        counted = Counted(then, found.counted.left_out)
        found = assess(found.demand, counted, found.measure, catchments=found.catchments)
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
    people = question.weigh == "people"
    if files.demand is not None:
        if people:
            raise InvalidInput(
                f"“{files.demand.name}”里的需求点有自己的权重,不能再按人口(--weigh people)算。"
                "请去掉其中一个。",
                field="weigh",
                value=question.weigh,
            )
        read = _named(partial(read_demand, areas=areas), files.demand)
        return (
            read.demand,
            [f"{files.demand.name}:{n}" for n in read.notes if n not in read.demand.notes],
            [(files.demand.name, problem) for problem in read.refused],
        )
    if people:
        return census_over(areas or region.urban_areas, region, question.spacing_m), [], []
    if areas is not None:
        return grid_over(areas, question.spacing_m), [], []
    urban, districts = region.urban_areas, region.districts
    return grid_over(urban, question.spacing_m, districts=districts), [], []


def _named(read: Callable[[Path], T], path: Path) -> T:
    """What ``read`` makes of a file; an error says which of the files it was."""
    try:
        return read(path)
    except FileUnreadable as problem:
        if path.name in problem.message:
            raise
        raise FileUnreadable(
            f"{path.name}:{problem.message}", field=problem.field, value=problem.value
        ) from None


def _network(
    files: Files, question: Question, demand: DemandPoints, whose: str, configured: Path | None
) -> tuple[StreetNetwork | None, list[str]]:
    """The street network to walk on, if any, and why the configured one was left aside."""
    if question.method == "straight":
        return None, []
    if files.streets is not None:
        return load_network(files.streets), []
    if configured is None:
        return None, []
    network = load_network(configured)
    if question.method is None:
        try:
            network.check_covers(demand.lats, demand.lons, whose)
        except InvalidInput as problem:
            return None, [f"按直线距离算:{problem.message}"]
    return network, []


def _local(at: datetime | None, region: Region, *, here: bool) -> datetime | None:
    """``at`` by the clocks of the demand: the region's, else whatever is written."""
    if at is None:
        return None
    local = in_zone(at, region.tz)
    if here:
        return local
    if at.tzinfo is not None:
        raise InvalidInput(
            f"需求不在{region.name},不知道当地的时区,“{at.isoformat()}”换算不成当地时间。"
            "请写当地时间,不带时区。",
            field="at",
            value=at.isoformat(),
        )
    return at


def _is_here(region: Region, demand: DemandPoints) -> bool:
    """Whether the demand is the region's: then its names, holidays and districts apply."""
    if not len(demand):
        return True
    middle = Point(float(np.median(demand.lats)), float(np.median(demand.lons)))
    return region.contains(middle)


def _suspicions(places: tuple[Place, ...], demand: DemandPoints) -> list[str]:
    """Sentences about files that cannot be meant for each other: another city's, or the same."""
    points = [place.point for place in places if place.point is not None]
    if not points or not len(demand):
        return []
    lats, lons = np.array([p.lat for p in points]), np.array([p.lon for p in points])
    spots = demand.lats + 1j * demand.lons
    if demand.ids is not None and all(
        np.isin(some, lats + 1j * lons).all() for some in (spots[:100], spots)
    ):
        return ["每个需求点都正好在一个服务点上。需求和服务点是不是用了同一个文件?"]
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
