"""The command that serves the web."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

import click

from services import workflows
from services.cli.terminal import out
from services.limits import SERVER_THREADS
from services.locator import Locator
from services.settings import ROOT


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--sample-if-empty", is_flag=True, help="登记库是空的就装入示例数据")
@click.pass_obj
def serve(make: Callable[[], Locator], bind: str, workers: int, sample_if_empty: bool) -> None:
    """启动网站。"""
    from granian import Granian  # noqa: PLC0415  a server: for no other command
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

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
    # More threads than processors are meant: they wait for bodies, they do not compute.
    logging.getLogger("_granian").addFilter(lambda said: "Python threads" not in said.getMessage())
    Granian(
        "app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host.strip("[]"),
        port=int(port),
        workers=workers,
        blocking_threads=SERVER_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=2,
        respawn_failed_workers=True,
    ).serve()


COMMANDS = (serve,)
