"""How the figures were made, on what they rest, and how anybody makes them again."""

from __future__ import annotations

from services.limits import STALE_DAYS
from services.reporting.chapters.verdict import ground_word
from services.reporting.evidence import Evidence
from services.reporting.values import Block, Bullets, Column, Lines, Paragraph, Table
from services.reporting.words import Amounts, full_width, limit_words, standard_name
from services.travel.modes import DETOUR_RANGE

_SPEED_SOURCES = {
    "walk": "全国总工会“双15”：15 分钟走 1 公里",
    "bike": "r5r 的缺省值",
    "ebike": "本软件取值，门到门，不超过法定最高时速 25 公里（GB 17761）",
    "drive": "本软件取值",
}


def method_chapter(evidence: Evidence) -> list[Block]:
    """Formulas, parameters, sources."""
    measure = evidence.assessment.measure
    straight = measure.method == "straight"
    return [
        Paragraph(_demand_words(evidence)),
        Paragraph(
            "一个需求点到某个计入的服务点不超过限距，就算覆盖；正好等于限距也算。"
            "距离是 WGS-84 椭球面上的直线（测地线）。"
            if straight
            else "一个需求点沿街道到某个计入的服务点不超过限距，就算覆盖；正好等于限距也算。"
            "点先连到最近的街道，连线的长度也算路程。"
        ),
        Lines(
            (
                "限距（米）＝（分钟 × 60 － 附加秒）× 每秒米数"
                + (" ÷ 绕行系数" if straight else ""),
                "时间（秒）＝ 附加秒 ＋ 距离" + (" × 绕行系数" if straight else "") + " ÷ 每秒米数",
                "覆盖率 ＝ 覆盖的量 ÷ 全部的量；全部为 0 时没有覆盖率",
            )
        ),
        parameter_table(evidence),
        Paragraph(
            "缺口：没有覆盖的需求点中相邻的连成一处，按量排位。"
            "一周：每个整点把开着的服务点各自的覆盖合起来；168 小时都覆盖的，"
            "是每一个整点都至少有一处开着。所有的和都是整数相加，区县之和等于合计。"
        ),
        *_sources(evidence),
    ]


def _demand_words(evidence: Evidence) -> str:
    demand, ground = evidence.assessment.demand, ground_word(evidence)
    if demand.spacing_m is None:
        return f"评估的对象是文件给出的 {len(demand):,} 个需求点，各有权重，下面以“份”计。"
    return (
        f"在{ground}上铺 {demand.spacing_m:g} 米见方的网格（等面积投影），"
        f"中心落在范围里的格子算一个需求点，共 {len(demand):,} 个，每个的量是它的面积。"
    )


def parameter_table(evidence: Evidence) -> Table:
    """Every parameter with its value and its source."""
    measure, demand = evidence.assessment.measure, evidence.assessment.demand
    mode = measure.mode
    slow, fast = mode.speed_range_kmh
    rows: list[tuple[str, str, str]] = [
        ("标准", standard_name(measure), "本报告检验的标准"),
        ("限距", limit_words(measure), "按上面的公式"),
        (
            "速度",
            f"{mode.speed_kmh:g} km/h（范围 {slow:g}–{fast:g}）",
            _SPEED_SOURCES.get(mode.key, "本软件取值"),
        ),
        ("附加时间", f"{mode.overhead_s:g} 秒", "开锁、停车等；步行没有"),
    ]
    if measure.method == "straight":
        low, high = DETOUR_RANGE
        rows.append(
            (
                "绕行系数",
                f"{measure.detour_factor:g}（范围 {low:g}–{high:g}）",
                "Newell（1980）约 1.2，步行更大",
            )
        )
    elif evidence.coverage.streets is not None:
        streets = evidence.coverage.streets
        rows += [
            ("街道路网", streets.source, f"数据日期 {streets.date or '没有写明'}"),
            (
                "实测的绕行系数",
                "–" if streets.detour is None else f"{streets.detour:.2f}",
                "街道路程与直线之比的中位数",
            ),
            (
                "离街道 300 米以上",
                f"需求点 {streets.points_snapped_far:,} 个，"
                f"服务点 {streets.places_snapped_far:,} 个",
                "照样计算，连线算路程",
            ),
            (
                "在圆内、街道走不到",
                Amounts(demand).phrase(streets.outside_streets * demand.scale),
                "直线在限距内，沿街道超出限距",
            ),
        ]
    if demand.spacing_m is not None:
        rows.append(("网格", f"{demand.spacing_m:g} 米", "本软件取值"))
    rows.append(("核实期限", f"{STALE_DAYS} 天", "本软件取值；过期的不计入"))
    rows += [
        (standard.label, f"直线 {table.limit_m:.0f} 米", full_width(standard.source))
        for standard, table in evidence.coverage.beside
    ]
    return Table(
        "parameters",
        "参数",
        (Column("参数", 22), Column("取值", 36), Column("来源", 46)),
        tuple(rows),
    )


def _sources(evidence: Evidence) -> list[Block]:
    credits = evidence.region.credits if evidence.region else ()
    streets, review = evidence.coverage.streets, evidence.map_review_number
    lines = [
        *credits,
        *([f"街道：{streets.source}"] if streets else []),
        *([f"审图号：{review}"] if review else []),
    ]
    return [Paragraph("数据来源："), Bullets(tuple(lines))] if lines else []


def limits_chapter(evidence: Evidence) -> list[Block]:
    """What the figures can not say."""
    measure, demand = evidence.assessment.measure, evidence.assessment.demand
    items = []
    if measure.method == "straight":
        items.append(
            "直线距离除以绕行系数只是平均情况：河、铁路、大院挡路的地方实际要走更远。"
            "要逐条街道计算，请用街道路网再做一次。"
        )
    else:
        items.append("街道路网来自公开地图，缺路、封路和门禁会使结果偏大或偏小。")
    if demand.spacing_m is not None:
        items.append(
            f"网格 {demand.spacing_m:g} 米：比一格小的缺口可能漏掉，"
            "面积和精确的图形相差约 1\u00a0%。权重是面积，不是人口：没有说那里有多少劳动者。"
        )
    items += [
        "覆盖只说走得到，没有说进得去、坐得下：容量、门禁和设施没有算进去。",
        "开放时间照登记的算；没有登记的用下限和上限表示，没有猜。",
        "登记册里没有的服务点，本报告不知道；登记错的位置，本报告照错的算，"
        f"所以只计入 {STALE_DAYS} 天内核实过的。",
    ]
    if any(area.sample for area in evidence.ground):
        items.append("主城区范围是按规则画的示例，换成规划的范围后，数会变。")
    return [Bullets(tuple(items))]


def again_chapter(evidence: Evidence, digest: str) -> list[Block]:
    """The command line and the hash."""
    return [
        Paragraph(
            "在装有本软件、登记册是这一版的机器上运行下面的命令，得到同一份报告："
            "除日期以外，逐字节相同。"
        ),
        Lines((evidence.command,)),
        Table(
            "again",
            "核对",
            (Column("项目", 22), Column("值", 78)),
            (
                ("软件", f"{evidence.product}（{evidence.version}）"),
                ("服务点", evidence.coverage.source),
                ("输入校验码", digest),
            ),
        ),
        Paragraph(
            "输入校验码是全部输入（服务点、开放时间、需求、参数、路网、软件版本）写成规范 JSON 后的"
            " SHA-256；不含报告日期。校验码相同，报告的数就相同。"
        ),
    ]
