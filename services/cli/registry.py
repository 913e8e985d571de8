"""Commands that fill the registry and empty it again: init, sample, import, export, geocode."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services import workflows
from services.cli.terminal import InFile, OutFile, err, json_option, out, print_json
from services.geo.datum import Datum
from services.locator import Locator


@click.command()
@click.pass_obj
def init(make: Callable[[], Locator]) -> None:
    """建立或升级登记库。"""
    locator = make()
    out.print(f"登记库已就绪({locator.region.name},修订号 {locator.snapshot().revision})。")


@click.command()
@click.pass_obj
def sample(make: Callable[[], Locator]) -> None:
    """装入示例登记(示例数据,到处都有标注)。"""
    added = workflows.load_sample(make())
    out.print(f"示例数据:新增 {added} 个服务点。")


@click.command("import")
@click.argument("file", type=InFile())
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
        print_json(outcome.to_json())
    else:
        for line in outcome.sentences():
            out.print(line)
    if outcome.plan.refused:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=OutFile())
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


@click.command()
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
        print_json(outcome.to_json())
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


COMMANDS = (init, sample, import_, export, geocode)
