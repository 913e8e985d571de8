"""What all commands share: exit codes, how values are read and how answers are printed."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
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
method_option = click.option(
    "--method", type=click.Choice(METHODS), help="直线或街道;默认有路网就按街道"
)
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


def say_sample(sample: bool) -> None:
    """The word that stands before every answer from sample data."""
    if sample:
        err.print("示例数据:以下不是真实的服务点。")
