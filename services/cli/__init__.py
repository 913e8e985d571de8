"""The ``locator`` command. It knows the workflows and the terminal, not Flask.

    terminal.py    exit codes, how values are read and how answers are printed
    registry.py    init, sample, import, export, geocode
    questions.py   near, check
    planning.py    coverage, suggest, report, streets
    visitors.py    feedback, door-codes
    serving.py     serve

Exit codes: 0 done; 1 done with problems that are listed; 2 wrong use; 3 an outside service
failed; 4 the data is unreadable.
"""

from __future__ import annotations

import os

import click

from services.cli import planning, questions, registry, serving, visitors
from services.cli.terminal import Commands
from services.locator import Locator
from services.settings import load_settings


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
    ctx.obj = _locator


def _locator() -> Locator:
    from services.wiring import build  # noqa: PLC0415  SQLAlchemy: not for files alone

    return build(load_settings())


for command in (
    *registry.COMMANDS,
    *questions.COMMANDS,
    *planning.COMMANDS,
    *visitors.COMMANDS,
    *serving.COMMANDS,
):
    main.add_command(command)
