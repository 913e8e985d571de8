"""The ``locator`` command. It knows the workflows and the terminal, not Flask.

Exit codes: 0 done; 1 done with problems that are listed; 2 wrong use; 3 an outside service
failed; 4 the data is unreadable.
"""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import click
import orjson
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from services import errors, workflows
from services.geo.datum import Datum
from services.geo.point import Point
from services.importing.coordinates import parse_coordinate
from services.limits import MINUTES_MAX, MINUTES_MIN, NEAREST_DEFAULT, NEAREST_MAX
from services.locator import Locator
from services.settings import ROOT, load_settings
from services.wiring import build

EXIT_CODES: Final[Mapping[type[errors.LocatorError], int]] = {
    errors.FileUnreadable: 4,
    errors.RegionInvalid: 4,
    errors.RegistryUnusable: 4,
    errors.ProviderError: 3,
    errors.LocatorError: 2,
}

# Texts of others are printed as they are: no markup, no :emoji: codes, no sentence broken in two.
out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class Commands(click.Group):
    """Turns our errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except errors.LocatorError as problem:
            err.print(problem.message)
            ctx.exit(next(EXIT_CODES[k] for k in type(problem).__mro__ if k in EXIT_CODES))


def _print_json(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


class Coordinate(click.ParamType[float]):
    """A latitude or a longitude in plain decimal degrees."""

    def __init__(self, axis: str) -> None:
        self.name = axis

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read one. Fails with our sentence."""
        try:
            return parse_coordinate(str(value), self.name)
        except errors.InvalidInput as problem:
            self.fail(problem.message, param, ctx)


class Moment(click.ParamType[datetime]):
    """A time such as 2026-11-25T21:40; the city's own when it has no offset."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read one. Fails with a sentence."""
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"时间“{value}”看不懂,请写成 2026-11-25T21:40。", param, ctx)


point_arguments: Callable[[Any], Any] = lambda command: click.argument(  # noqa: E731
    "lat", type=Coordinate("lat")
)(click.argument("lon", type=Coordinate("lon"))(command))
json_option = click.option("--json", "as_json", is_flag=True, help="一份 JSON,写到标准输出")
mode_option = click.option("--mode", default="walk", show_default=True, help="出行方式")


class Minutes(click.FloatRange):
    """A number of minutes. Click's own range lets ``nan`` through: it compares with nothing."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read one. Fails with our sentence."""
        try:
            minutes = float(super().convert(value, param, ctx))
        except click.BadParameter:
            minutes = math.nan
        if math.isnan(minutes):
            self.fail(f"“{value}”不对,应是 {MINUTES_MIN} 到 {MINUTES_MAX} 分钟。", param, ctx)
        return minutes


minutes_range = Minutes(MINUTES_MIN, MINUTES_MAX)


@click.group(cls=Commands)
@click.option("--region", metavar="DIR", help="城市数据包")
@click.option("--database", metavar="URL", help="登记库")
@click.option("-v", "--verbose", is_flag=True, help="多说一些")
@click.pass_context
def main(ctx: click.Context, region: str | None, database: str | None, verbose: bool) -> None:
    """职工服务地图:登记、定位、查找、核对 10 分钟服务圈。"""
    given = {
        "LOCATOR_REGION": region,
        "LOCATOR_DATABASE_URL": database,
        "LOCATOR_LOG_LEVEL": "DEBUG" if verbose else None,
    }
    # The server's workers read the environment, so the options go there too.
    os.environ.update({name: value for name, value in given.items() if value})
    ctx.obj = lambda: build(load_settings())


@main.command()
@click.pass_obj
def init(make: Callable[[], Locator]) -> None:
    """建立或升级登记库。"""
    locator = make()
    out.print(f"登记库已就绪({locator.region.name},修订号 {locator.snapshot().revision})。")


@main.command()
@click.pass_obj
def sample(make: Callable[[], Locator]) -> None:
    """装入示例登记(示例数据,到处都有标注)。"""
    added = workflows.load_sample(make())
    out.print(f"示例数据:新增 {added} 个服务点。")


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看计划,不写入")
@click.option("--datum", type=click.Choice([d.value for d in Datum]), default="wgs84")
@click.option("--source", default="", help="来源名;默认用文件名")
@click.option("--withdraw-missing", is_flag=True, help="文件里没有的同源服务点转为撤下")
@json_option
@click.pass_obj
def import_(
    make: Callable[[], Locator],
    file: Path,
    dry_run: bool,
    datum: str,
    source: str,
    withdraw_missing: bool,
    as_json: bool,
) -> None:
    """导入 CSV、XLSX 或 GeoJSON:先列计划,再一次写入。"""
    outcome = workflows.import_file(
        make(),
        file,
        datum=Datum(datum),
        source=source,
        dry_run=dry_run,
        withdraw_missing=withdraw_missing,
    )
    for note in outcome.plan.notes:
        err.print(note)
    if as_json:
        _print_json(outcome.to_json())
    else:
        for line in outcome.sentences():
            out.print(line)
    if outcome.plan.refused:
        raise SystemExit(1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--kind", multiple=True)
@click.option("--district", multiple=True, help="区划代码")
@click.option("--status", multiple=True, default=("published",), show_default=True)
@click.option("--datum", type=click.Choice([d.value for d in Datum]), default="wgs84")
@click.pass_obj
def export(
    make: Callable[[], Locator],
    file: Path,
    kind: tuple[str, ...],
    district: tuple[str, ...],
    status: tuple[str, ...],
    datum: str,
) -> None:
    """导出为 CSV、XLSX 或 GeoJSON。"""
    count = workflows.export_file(
        make(), file, kinds=kind, districts=district, statuses=status, datum=Datum(datum)
    )
    err.print(f"已导出 {count} 个服务点到 {file.name}。")


@main.command()
@click.option("--provider", help="只用这一家:gazetteer、tianditu、amap、baidu、nominatim")
@click.option("--limit", type=click.IntRange(1), help="最多查多少个")
@click.option("--watch", is_flag=True, help="没有可查的时候等着,不退出")
@json_option
@click.pass_obj
def geocode(
    make: Callable[[], Locator], provider: str | None, limit: int | None, watch: bool, as_json: bool
) -> None:
    """给还没有位置的服务点查位置;中断后再运行会接着做。"""
    bar = Progress(
        TextColumn("查找位置"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=as_json or not err.is_terminal,
    )
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # End after the place in hand: what has been asked is kept, and asked only once.
        signal.signal(number, lambda *_: stop.set())
    with bar:
        task = bar.add_task("geocode", total=None)
        outcome = workflows.geocode_pending(
            make(),
            provider=provider,
            limit=limit,
            watch=watch,
            stop=stop,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        _print_json(outcome.to_json())
    else:
        out.print(
            f"已定位 {outcome.located},存疑 {outcome.ambiguous},没找到 {outcome.failed},"
            f"待重试 {outcome.pending}。"
        )
        for place_id, name, reason in outcome.problems:
            out.print(f"  {place_id} {name}:{reason}")
    if outcome.provider_failed and not outcome.located:
        raise SystemExit(3)
    if outcome.problems:
        raise SystemExit(1)


@main.command()
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
        _print_json(answer.to_json())
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
    _say_sample(locator)
    out.print(table if answer.places else "没有符合条件的服务点。")


def _say_sample(locator: Locator) -> None:
    if locator.snapshot().sample:
        err.print("示例数据:以下不是真实的服务点。")


@main.command()
@point_arguments
@click.option("--minutes", type=minutes_range, default=10, show_default=True)
@mode_option
@json_option
@click.pass_obj
def check(
    make: Callable[[], Locator], lat: float, lon: float, minutes: float, mode: str, as_json: bool
) -> None:
    """这个点在服务圈里吗?是谁的服务圈?有多远?"""
    locator = make()
    answer = workflows.check(locator, Point(lat, lon), minutes=minutes, mode=mode)
    if as_json:
        _print_json(answer.to_json())
        return
    _say_sample(locator)
    for line in answer.sentences():
        out.print(line)


@main.command()
@click.option("--minutes", type=click.IntRange(MINUTES_MIN, MINUTES_MAX), default=10)
@mode_option
@click.option("--method", type=click.Choice(["straight"]), help="按直线", expose_value=False)
@json_option
@click.pass_obj
def coverage(make: Callable[[], Locator], minutes: int, mode: str, as_json: bool) -> None:
    """主城区里有多大比例在服务圈内:全市与各区县。"""
    locator = make()
    answer = workflows.coverage(locator, minutes=minutes, mode=mode)
    if as_json:
        _print_json(answer.to_json())
        return
    out.print(workflows.coverage_caption(answer, locator.now().date()))
    table = Table(box=None, header_style="")
    table.add_column("区县")
    for heading in answer.headings:
        table.add_column(heading, justify="right")
    for name, shares in answer.rows:
        table.add_row(name, *("–" if s is None else f"{s:.1%}" for s in shares))
    out.print(table)


@main.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--sample-if-empty", is_flag=True, help="登记库是空的就装入示例数据")
@click.pass_obj
def serve(make: Callable[[], Locator], bind: str, workers: int, sample_if_empty: bool) -> None:
    """启动网站。"""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise click.BadParameter(
            f"“{bind}”不对,请写成 主机:端口,如 127.0.0.1:8000。", param_hint="--bind"
        )
    locator = make()  # a wrong setting or a damaged database stops the start here, in one sentence
    if sample_if_empty and workflows.is_empty(locator):
        workflows.load_sample(locator)
    if locator.snapshot().sample:
        out.print("登记库里是示例数据,不是真实的服务点。")
    out.print(f"{locator.region.product_name}:http://{bind}")
    locator.database.dispose()
    os.chdir(ROOT)
    Granian(
        "app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host.strip("[]"),
        port=int(port),
        workers=workers,
        blocking_threads=2,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=2,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main()
