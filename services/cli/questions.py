"""Commands that ask about one point: near, check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click
from rich.table import Table

from services import workflows
from services.cli.terminal import (
    Moment,
    json_option,
    method_option,
    minutes_range,
    mode_option,
    out,
    point_arguments,
    print_json,
    say_sample,
)
from services.geo.point import Point
from services.limits import NEAREST_DEFAULT, NEAREST_MAX
from services.locator import Locator


@click.command()
@point_arguments
@click.option("--limit", type=click.IntRange(1, NEAREST_MAX), default=NEAREST_DEFAULT)
@click.option("--minutes", type=minutes_range, help="只留这么多分钟以内的")
@mode_option
@click.option("--at", type=Moment(), help="什么时候出发,如 2026-11-25T21:40")
@click.option("--kind", multiple=True, help="类别,可多次")
@click.option("--amenity", multiple=True, help="要有的设施,可多次")
@json_option
@click.pass_obj
def near(
    make: Callable[[], Locator],
    lat: float,
    lon: float,
    limit: int,
    minutes: float | None,
    mode: str,
    at: datetime | None,
    kind: tuple[str, ...],
    amenity: tuple[str, ...],
    as_json: bool,
) -> None:
    """离一个点最近的服务点,到达时开着门的在前。"""
    locator = make()
    answer = workflows.near(
        locator,
        Point(lat, lon),
        mode=mode,
        minutes=minutes,
        at=at,
        kinds=kind,
        amenities=amenity,
        limit=limit,
    )
    if as_json:
        print_json(answer.to_json())
        return
    table = Table(box=None, header_style="")
    for heading in ("分钟", "直线", "状态", "名称", "地址"):
        table.add_column(heading, justify="right" if heading in ("分钟", "直线") else "left")
    for found in answer.places:
        table.add_row(
            f"{found.travel_s / 60:.0f}",
            f"{found.distance_m:.0f} 米",
            found.opening.state.word,
            found.place.name,
            found.place.address,
        )
    say_sample(locator.snapshot().sample)
    out.print(table if answer.places else "没有符合条件的服务点。")


@click.command()
@point_arguments
@click.option("--minutes", type=minutes_range, default=10, show_default=True)
@mode_option
@method_option
@json_option
@click.pass_obj
def check(
    make: Callable[[], Locator],
    lat: float,
    lon: float,
    minutes: float,
    mode: str,
    method: str | None,
    as_json: bool,
) -> None:
    """这个点在服务圈里吗?是谁的服务圈?有多远?"""
    locator = make()
    answer = workflows.check(locator, Point(lat, lon), minutes=minutes, mode=mode, method=method)
    if as_json:
        print_json(answer.to_json())
        return
    say_sample(locator.snapshot().sample)
    for line in answer.sentences():
        out.print(line)


COMMANDS = (near, check)
