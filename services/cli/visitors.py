"""Commands about those who come to a place: what they said, and the codes at its door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from services import workflows
from services.cli.terminal import OutFile, err, json_option, out, print_json, say_sample
from services.locator import Locator


class Day(click.ParamType[date]):
    """A date such as 2026-11-24."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read one. Fails with a sentence."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"日期“{value}”看不懂,请写成 2026-11-24。", param, ctx)


@click.command()
@click.option("--since", type=Day(), help="从哪一天起;默认一周以来")
@click.option("--place", metavar="ID", help="只看这一处")
@json_option
@click.pass_obj
def feedback(
    make: Callable[[], Locator], since: date | None, place: str | None, as_json: bool
) -> None:
    """来过的人说了什么:哪一处、说了几次、几次在门口、附言。公布的内容不会因此改变。"""
    locator = make()
    report = workflows.feedback_json(locator, since, place)
    if as_json:
        print_json(report)
        return
    say_sample(locator.snapshot().sample)
    for line in workflows.feedback_lines(report):
        out.print(line)


@click.command("door-codes")
@click.argument("file", type=OutFile(".html"))
@click.option("--kind", multiple=True, help="只要这一类")
@click.option("--district", multiple=True, help="区划代码")
@click.option("--base-url", metavar="URL", default="", help="对外网址;默认用 LOCATOR_BASE_URL")
@click.pass_obj
def door_codes(
    make: Callable[[], Locator],
    file: Path,
    kind: tuple[str, ...],
    district: tuple[str, ...],
    base_url: str,
) -> None:
    """门口张贴的二维码,一处一张 A4:扫码的人就在现场。"""
    locator = make()
    count = workflows.write_door_codes(
        locator, file, base_url=base_url, kinds=kind, districts=district
    )
    say_sample(locator.snapshot().sample)
    err.print(f"已写入 {count} 张到 {file.name}。用浏览器打开,按 A4 打印。")


COMMANDS = (feedback, door_codes)
