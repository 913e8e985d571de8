"""Writing rows through the registry against SQLAlchemy's ORM; importing a large file end to end."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from benchmarks.ground import drafts
from benchmarks.measuring import Row, interleaved, once, shown
from services.registry.database import Database
from services.registry.store import PlaceRegistry
from services.registry.tables import PlaceRow
from services.settings import Settings
from services.wiring import build
from services.workflows import import_file

WRITTEN = 20_000
IMPORTED = 200_000
RUNS = 3
TARGET_S = 15.0


def compare(folder: Path) -> list[Row]:
    return [writing(folder), importing(folder)]


def writing(folder: Path) -> Row:
    made = drafts(WRITTEN)
    number = itertools.count()

    def fresh() -> Database:
        database = Database(f"sqlite:///{folder / f'write{next(number)}.db'}")
        database.upgrade()
        return database

    def write(database: Database) -> None:
        with database.writing() as session:
            PlaceRegistry(session).apply(creates=made, updates=(), actor="bench", reason="bench")

    first = fresh()
    write(first)
    with first.session() as session:
        rows = [dict(row) for row in session.execute(select(PlaceRow.__table__)).mappings()]
    first.dispose()

    def add_all(database: Database) -> None:
        with database.writing() as session:
            session.add_all([PlaceRow(**row) for row in rows])

    def timed(job: Callable[[Database], None], ready: list[Database]) -> Callable[[], None]:
        def run() -> None:
            database = ready.pop()
            job(database)
            database.dispose()

        return run

    taken = interleaved(
        {
            "ours": timed(write, [fresh() for _ in range(RUNS + 1)]),
            "ORM": timed(add_all, [fresh() for _ in range(RUNS + 1)]),
        },
        RUNS,
    )
    return Row(
        f"writing {WRITTEN:,} places",
        shown(taken["ours"]),
        f"{shown(taken['ORM'])} ORM add_all",
        taken["ORM"] / taken["ours"],
        RUNS,
        "ours also makes the ids and writes the change log",
    )


def importing(folder: Path) -> Row:
    path = folder / "places.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(
            [
                "类别",
                "名称",
                "地址",
                "区县",
                "纬度",
                "经度",
                "开放时间",
                "设施",
                "来源编号",
                "核实日期",
            ]
        )
        for draft in drafts(IMPORTED):
            point = draft.point
            assert point is not None
            sheet.writerow(
                [
                    "户外劳动者服务站",
                    draft.name,
                    draft.address,
                    "",
                    point.lat,
                    point.lon,
                    draft.opening_hours,
                    "饮水、休息" if draft.amenities["rest"] else "饮水",
                    draft.source_id,
                    "2026-11-01",
                ]
            )
    locator = build(Settings(database_url=f"sqlite:///{folder / 'import.db'}"))
    outcome = []
    seconds = once(lambda: outcome.append(import_file(locator, path)))
    answer = outcome[0].to_json()
    locator.database.dispose()
    return Row(
        f"importing a CSV of {IMPORTED:,} rows, end to end",
        shown(seconds),
        f"target {TARGET_S:.0f} s",
        TARGET_S / seconds,
        1,
        f"{answer['new']:,} new, {len(answer['refused']):,} refused, "
        f"{len(answer['suspicious']):,} suspicious",
    )
