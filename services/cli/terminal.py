"""What all commands share: exit codes, how values are read and how answers are printed."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import orjson
from rich.console import Console

from services import errors
from services.importing.coordinates import parse_coordinate
from services.limits import MINUTES_MAX, MINUTES_MIN
from services.workflows import METHODS

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


def print_json(value: Any) -> None:
    """One document on standard output, and nothing else."""
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


class Number(click.FloatRange):
    """A plain number within limits. Click's own lets ``nan`` through: it compares with nothing."""

    def __init__(self, least: float, most: float, unit: str = "") -> None:
        super().__init__(least, most)
        self._wanted = f"{least:g} 到 {most:g}{unit}"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read one. Fails with our sentence."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = math.nan
        if math.isnan(number) or not _NUMBER.fullmatch(str(value)):
            self.fail(f"“{value}”不对,应是 {self._wanted}。", param, ctx)
        return number


class Whole(click.IntRange):
    """A whole number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read one. Fails with our sentence."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            wanted = f"{self.min} 到 {self.max} 的整数" if self.max else f"{self.min} 以上的整数"
            self.fail(f"“{value}”不对,应是 {wanted}。", param, ctx)


class OneOf(click.Choice[str]):
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read one. Fails with our sentence."""
        if value not in self.choices:
            self.fail(f"没有“{value}”,可用的是 {'、'.join(self.choices)}。", param, ctx)
        return str(value)


class InFile(click.Path):
    """A file that is there."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Find it. Fails with our sentence."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            there = "读不了" if os.path.exists(value) else "不存在"  # noqa: PTH110  never raises
            what = "是一个文件夹" if os.path.isdir(value) else there  # noqa: PTH112
            self.fail(f"文件“{value}”{what}。请检查路径。", param, ctx)


class OutFile(click.Path):
    """A file that can be written, of one of these kinds: said before any work is done."""

    def __init__(self, *suffixes: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._suffixes = suffixes

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check the name. Fails with our sentence."""
        path = Path(value)
        if self._suffixes and path.suffix.lower() not in self._suffixes:
            known = "、".join(self._suffixes)
            self.fail(f"写不了“{path.suffix or path.name}”文件。请用 {known}。", param, ctx)
        if not os.path.isdir(path.parent):  # noqa: PTH112
            self.fail(f"没有文件夹“{path.parent}”。请先建好,或换个位置。", param, ctx)
        if os.path.isdir(path):  # noqa: PTH112
            self.fail(f"“{value}”是一个文件夹。请写出文件名。", param, ctx)
        return super().convert(value, param, ctx)


_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
minutes_range = Number(MINUTES_MIN, MINUTES_MAX, " 分钟")
method_option = click.option("--method", type=OneOf(METHODS), help="直线或街道;默认有路网就按街道")


def say_sample(sample: bool) -> None:
    """The word that stands before every answer from sample data."""
    if sample:
        err.print("示例数据:以下不是真实的服务点。")
