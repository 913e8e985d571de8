"""Commands for planners: coverage, suggest, report, streets."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import click
from click.core import ParameterSource
from rich.table import Table

from services import workflows
from services.cli.terminal import (
    InFile,
    Moment,
    Number,
    OneOf,
    OutFile,
    Whole,
    err,
    json_option,
    method_option,
    minutes_range,
    mode_option,
    out,
    print_json,
    say_sample,
)
from services.coverage.counting import REASONS
from services.coverage.figures import OVERLAP_UP_TO
from services.coverage.scenario import Scenario, read_scenario
from services.errors import InvalidInput
from services.limits import GRID_SPACING_M, GRID_SPACING_MAX_M, GRID_SPACING_MIN_M
from services.locator import Locator
from services.places import vocabulary
from services.region import load_region
from services.settings import built_streets, load_settings, tiles_beside

Make = Callable[[], Locator]

FILES: Final = ("places", "demand", "areas", "streets")
_FILE: Final = InFile()


def study_options(command: Any) -> Any:
    """The options that every planner's command takes: a standard, its measure, and files."""
    for option in (
        click.option("--streets", type=_FILE, help="街道路网(locator streets build 建的)"),
        click.option("--areas", type=_FILE, help="范围:GeoJSON 多边形,有 name 或 adcode"),
        click.option("--demand", type=_FILE, help="需求点:id,lat,lon,weight[,district]"),
        click.option("--places", type=_FILE, help="服务点文件,不用登记库"),
        click.option(
            "--count-also",
            multiple=True,
            type=OneOf(REASONS),
            help="放宽一条计入规则,可多次",
        ),
        click.option(
            "--spacing",
            "spacing_m",
            type=Number(GRID_SPACING_MIN_M, GRID_SPACING_MAX_M, " 米"),
            default=GRID_SPACING_M,
            show_default=True,
            help="需求网格间距,米",
        ),
        click.option(
            "--weigh",
            type=OneOf(workflows.WEIGHS),
            default="area",
            show_default=True,
            help="网格代表面积,或按普查摊到网格上的人口",
        ),
        click.option("--at", type=Moment(), help="什么时候,如 2026-11-25T21:40;不写 = 不看时间"),
        method_option,
        mode_option,
        click.option("--minutes", type=minutes_range, default=10, show_default=True),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Asked:
    """A study, the time that was asked about, and whether rows of its files were refused."""

    study: workflows.Study
    question: workflows.Question
    files: workflows.Files
    at: datetime | None
    problems: bool


def _asked(make: Make, options: Mapping[str, Any], scenario: Scenario | None = None) -> Asked:
    """Build the study that the options ask for; what was refused goes to standard error.

    The standard of a scenario's file stands above the options.
    """
    options = {**options, **(scenario.standard if scenario else {})}
    files = workflows.Files(**{name: options[name] for name in FILES})
    at: datetime | None = options["at"]
    question = workflows.Question(
        minutes=options["minutes"],
        mode=options["mode"],
        method=options["method"],
        spacing_m=options["spacing_m"] or GRID_SPACING_M,
        weigh=options["weigh"],
        count_also=frozenset(options["count_also"]),
        at=at,
    )
    if not any(files.items()):
        locator = make()
        local = at and workflows.local_time(locator, at)
        return Asked(workflows.study_of(locator, question), question, files, local, problems=False)
    settings = load_settings()
    region = load_region(settings.region)
    found = workflows.study_of_files(
        files,
        question,
        region=region,
        vocabulary=vocabulary(),
        locator=make,
        today=workflows.today_of(region),
        streets=settings.streets,
    )
    for name, problem in found.refused:
        err.print(f"{name} 第 {problem.line} 行 {problem.column}:{problem.message}")
    return Asked(found.study, question, files, found.at, problems=bool(found.refused))


def _refuse_to_overwrite(target: Path | None, *inputs: Path | None) -> None:
    """Raise ``InvalidInput`` when a file that is read is the one to be written."""
    if target is None or not target.exists():
        return
    if any(target.samefile(each) for each in inputs if each is not None):
        raise InvalidInput(
            f"“{target.name}”正是要读的文件,不能用结果覆盖它。请换一个文件名。",
            field="file",
            value=target.name,
        )


def _overruled(scenario: Scenario) -> list[str]:
    """The options that were written and that the scenario's own standard replaces."""
    context = click.get_current_context()
    given = {
        name: option
        for option in context.command.params
        if (name := option.name or "") in scenario.standard
        and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        and context.params[name] != scenario.standard[name]
    }
    return [option.opts[0] for option in given.values()]


@click.command()
@study_options
@click.option("--week", is_flag=True, help="一周 168 个小时")
@click.option(
    "--k", type=Whole(1, 9), default=OVERLAP_UP_TO, help="重叠列到几重", show_default=True
)
@click.option("--scenario", type=_FILE, help="先做这个方案里的改动(页面导出的文件)")
@click.option("--points-out", type=OutFile(".csv"), help="每个需求点一行的 CSV")
@json_option
@click.pass_obj
def coverage(
    make: Make,
    /,
    week: bool,
    k: int,
    scenario: Path | None,
    points_out: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """有多大比例在服务圈内:全市与各区县,任一时刻或一周每个小时。"""
    _refuse_to_overwrite(points_out, scenario, *(options[name] for name in FILES))
    saved = read_scenario(scenario.read_bytes()) if scenario else None
    asked = _asked(make, options, saved)
    study = asked.study
    if saved is not None:
        if overruled := _overruled(saved):
            err.print(f"方案写明了自己的标准,没有采用 {'、'.join(overruled)}。")
        for line in workflows.scenario_lines(study, saved):
            err.print(line)
        study = workflows.study_with(study, saved.edits)
    answer = workflows.coverage(study, asked.at, overlap_up_to=k)
    if points_out is not None:
        workflows.write_points(study, points_out, asked.at)
        err.print(f"已写 {len(study.assessment.demand)} 个需求点到 {points_out.name}。")
    if as_json:
        found = answer.to_json()
        found["notes"] += workflows.area_notes(study)
        print_json(found | {"week": workflows.week_json(study) if week else None})
    else:
        _print_coverage(answer, study, week=week)
    if asked.problems:
        raise SystemExit(1)


def _print_coverage(answer: Any, study: workflows.Study, *, week: bool) -> None:
    say_sample(study.sample)
    out.print(workflows.coverage_caption(answer))
    table = Table(box=None, header_style="")
    table.add_column("区县")
    for heading in answer.headings:
        table.add_column(heading, justify="right")
    for name, shares in answer.rows:
        table.add_row(name, *("–" if s is None else _percent(s) for s in shares))
    out.print(table)
    weight = answer.table.total.weight / answer.table.total.scale
    if weight:
        out.print(
            "  ".join(
                f"至少 {k} 处:{_percent(covered / weight)}" for k, covered in answer.overlap.items()
            )
        )
    if answer.table_high is not None:
        shares = (answer.table.total.share or 0.0, answer.table_high.total.share or 0.0)
        out.print("那时确定开着门的:{}  时间未知的也算上:{}".format(*map(_percent, shares)))
    if answer.streets is not None:
        facts = answer.streets
        out.print(
            f"路网:{facts.source} {facts.date};实测绕路系数 "
            + ("–" if facts.detour is None else f"{facts.detour:.2f}")
            + f";圆圈之内、街道走不到的需求 {facts.outside_streets:,}。"
        )
    for line in workflows.week_lines(study) if week else ():
        out.print(line)
    for note in (*answer.notes, *workflows.area_notes(study)):
        err.print(note)


def _percent(share: float) -> str:
    """As the pages have it: what lacks something is never 100.0 %."""
    return f"{min(share, 0.999) if share < 1 else share:.1%}"


@click.command()
@study_options
@click.option("-k", "k", type=Whole(1), help="几个;不写就问最少几个能覆盖全部")
@click.option("--candidates", type=_FILE, help="候选点:id,lat,lon;不写就自动生成")
@click.option("--extend-hours", metavar="UNTIL", help="改问:哪 k 个服务点该开到这个钟点,如 22:00")
@click.option(
    "--min-spacing",
    "min_spacing_m",
    type=Number(0, 100_000, " 米"),
    default=0,
    help="选出的点至少相距多少米",
)
@click.option(
    "--gap-percent",
    type=Number(0, 50),
    default=1,
    show_default=True,
    help="离可能的最好还差百分之几就停",
)
@click.option(
    "--seconds", type=Number(1, 3600, " 秒"), default=60, show_default=True, help="最多算多久"
)
@click.option("--seed", type=Whole(0), default=0, show_default=True)
@json_option
@click.pass_obj
def suggest(
    make: Make,
    /,
    k: int | None,
    candidates: Path | None,
    extend_hours: str | None,
    min_spacing_m: float,
    gap_percent: float,
    seconds: float,
    seed: int,
    as_json: bool,
    **options: Any,
) -> None:
    """下面 k 个点该设在哪里(或哪 k 个该延长开放),并证明离最好还差多少。"""
    asked = _asked(make, options)
    given = workflows.read_candidates(candidates) if candidates else None
    for problem in given.refused if given else ():
        err.print(f"{candidates.name if candidates else ''} 第 {problem.line} 行:{problem.message}")
    wish = workflows.Wish(
        k=k,
        min_spacing_m=min_spacing_m,
        gap_percent=gap_percent,
        extend_hours=extend_hours,
        at=asked.at,
        candidates=given,
        seconds=seconds,
        seed=seed,
    )
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # What has been found by then is the answer, with the bound that is proven by then.
        signal.signal(number, lambda *_: stop.set())
    with err.status("正在选址") if err.is_terminal and not as_json else nullcontext() as status:

        def progress(covered: int, bound: int) -> None:
            if status is not None and bound:
                status.update(f"正在选址:离可能的最好最多差 {100 * (bound - covered) / bound:.2f}%")

        answer = workflows.suggest(
            asked.study, wish, workflows.Control(progress, cancelled=stop.is_set)
        )
    if as_json:
        print_json(answer)
    else:
        say_sample(asked.study.sample)
        for line in workflows.suggestion_lines(answer):
            out.print(line)
        for note in answer["notes"]:
            err.print(note)
    if asked.problems or (given is not None and given.refused):
        raise SystemExit(1)


@click.command()
@click.argument("file", metavar="OUT.html|.pdf|.xlsx", type=OutFile(".html", ".pdf", ".xlsx"))
@study_options
@click.pass_obj
def report(make: Make, /, file: Path, **options: Any) -> None:
    """检查组能拿在手里的报告:HTML、PDF 或 XLSX,同样的输入得到同样的文件。"""
    _refuse_to_overwrite(file, *(options[name] for name in FILES))
    asked = _asked(make, options)
    body = workflows.report(
        asked.study,
        file.name,
        command=workflows.report_command(file.suffix, asked.question, asked.files),
        at=asked.at,
        map_review_number=load_settings().map_review_number,
    )
    workflows.write_file(file, body)
    err.print(f"报告已写到 {file.name}({len(body) / 1e6:.1f} MB)。")
    if asked.problems:
        raise SystemExit(1)


@click.group()
def streets() -> None:
    """街道路网:从 OpenStreetMap 的数据建一份。"""


@streets.command("build")
@click.argument("file", metavar="FILE.osm.pbf", type=_FILE)
@click.option("--out", "target", type=OutFile(), help="写到哪里;默认是这个城市的 instance/ 文件")
def streets_build(file: Path, target: Path | None) -> None:
    """读一份 .osm.pbf,写成一份几秒内能用的路网文件,旁边再写一份底图要画的街道(.pmtiles)。"""
    path = target or built_streets(load_settings().region)
    tiles = tiles_beside(path)
    if tiles == path:
        raise InvalidInput(
            f"“{path.name}”这个后缀留给底图用。路网请换一个,如 {path.stem}.streets。",
            field="out",
            value=path.name,
        )
    for written in (path, tiles):
        _refuse_to_overwrite(written, file)
    network = workflows.build_streets(file, path, progress=err.print)
    for line in workflows.streets_lines(network):
        out.print(line)
    out.print(f"路网已写到 {path}({path.stat().st_size / 1e6:.1f} MB)。")
    drawn = workflows.build_base_tiles(file, network, tiles, progress=err.print)
    if drawn:
        size = tiles.stat().st_size / 1e6
        out.print(f"底图的街道已写到 {tiles}({drawn:,} 块瓦片,{size:.1f} MB)。")
    else:
        out.print("里面没有底图要画的街道,底图照旧。")


COMMANDS = (coverage, suggest, report, streets)
