"""``/embed/builder``: choose what a frame shows; get the snippet, codes, picture and article kit.

A plain GET form: every choice stands in the address and works without scripts. With scripts
(``static/js/builder.js``) the page renews itself as one chooses.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from apiflask import APIBlueprint
from flask import Response, render_template
from pydantic import Field

from services import workflows
from services.locator import Locator
from services.pictures.article import article_text
from services.web.addresses import absolute
from services.web.choice import address, given
from services.web.embed import CONTROLS, EmbedQuery
from services.web.language import gettext as _
from services.web.language import lazy_gettext as later
from services.web.language import product_name
from services.web.oembed import snippet
from services.web.pages import district_links
from services.web.pictures import shown
from services.web.view import link

SIZES: Final = {
    "phone": ("320", 480),
    "article": ("480", 640),
    "wide": ("100%", 640),
}
"""Width and height of the frame; "wide" takes the page's width."""

SIZE_NAMES: Final = {
    "phone": later("320 × 480,最小"),
    "article": later("480 × 640"),
    "wide": later("占满宽度 × 640"),
}
CONTROL_NAMES: Final = {
    "search": later("搜索框"),
    "locate": later("“离我最近”按钮"),
    "list": later("名单"),
    "filter": later("类别和设施"),
}
ZOOMS: Final = tuple(range(9, 19))


class BuilderQuery(EmbedQuery):
    """The frame's parameters, and how it is to look."""

    frame_lang: Literal["zh-CN", "en"] = "zh-CN"
    frame_theme: Literal["", "light", "dark"] = ""
    frame_text: Literal["", "large"] = ""
    size: Literal["phone", "article", "wide"] = "article"
    chosen: str = Field("", max_length=1, description="set once the form was sent")

    @property
    def looks(self) -> dict[str, str]:
        """How the frame is to look, as its address says it."""
        said = {
            "lang": "" if self.frame_lang == "zh-CN" else self.frame_lang,
            "text": self.frame_text,
            "theme": self.frame_theme,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def frame_looks(self) -> dict[str, str]:
        """The same, as the builder's own addresses say it beside the builder's looks."""
        return {f"frame_{name}": value for name, value in self.looks.items()}


def blueprint(locator: Locator) -> APIBlueprint:
    """The routes of the builder and of the article kit."""
    routes = APIBlueprint("builder", __name__, enable_openapi=False)

    @routes.get("/embed/builder")
    def builder() -> str:
        query = BuilderQuery.model_validate(_given())
        query.check(locator)
        return render_template(
            "builder.html",
            query=query,
            controls=[(key, CONTROL_NAMES[key]) for key in CONTROLS],
            sizes=[(key, SIZE_NAMES[key]) for key in SIZES],
            zooms=ZOOMS,
            kinds=locator.vocabulary.kinds,
            amenities=locator.vocabulary.amenities,
            districts=district_links(locator),
            made=_made(locator, query),
        )

    @routes.get("/embed/kit.zip")
    def kit() -> Response:
        query = BuilderQuery.model_validate(_given())
        query.check(locator)
        body = _kit(locator, query)
        response = Response(body, content_type="application/zip")
        name = f"article-kit-{locator.now():%Y%m%d}.zip"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return routes


def _given() -> dict[str, str]:
    """The form's words: none of the controls ticked is a map alone."""
    said = given(keep=("controls",))
    return {"controls": ""} | said if said.get("chosen") else said


def _made(locator: Locator, query: BuilderQuery) -> dict[str, Any]:
    """Everything that the choice leads to."""
    looks, choice = query.looks, query.parameters
    width, height = SIZES[query.size]
    page = absolute(address("/", choice, looks))
    described = workflows.describe_still(
        locator,
        shown(locator, query),
        workflows.as_of(locator),
        url=page,
        lang=query.frame_lang,
    )
    frame = address("/embed", query.frame_parameters, looks)
    title = product_name(locator.region)
    return {
        "frame": frame,
        "width": width,
        "height": height,
        "title": title,
        "snippet": snippet(absolute(frame), title, width, height),
        "page": page,
        "oembed": absolute(address("/oembed", {"url": page, "format": "json"})),
        "qr_svg": address("/embed/qr.svg", choice, looks),
        "qr_png": address("/embed/qr.png", choice, looks),
        "still": address("/still.png", choice, looks),
        "kit": link(address("/embed/kit.zip", choice, query.frame_looks)),
        "text": article_text(described),
        "left_out": described.left_out,
    }


def _kit(locator: Locator, query: BuilderQuery) -> bytes:
    """The picture, the code, the text and how to use them, in one file."""
    looks, choice = query.looks, query.parameters
    page = absolute(address("/", choice, looks))
    asked, of = shown(locator, query), workflows.as_of(locator)
    described = workflows.describe_still(locator, asked, of, url=page, lang=query.frame_lang)
    picture = workflows.still(
        locator,
        asked,
        url=page,
        lang=query.frame_lang,
        theme=query.frame_theme or "light",
        of=of,
    )
    files = {
        "1-map.png": picture,
        "2-qr.png": workflows.qr_png(page),
        "3-text.txt": article_text(described).encode("utf-8-sig"),
        "README.txt": _steps(page).encode("utf-8-sig"),
    }
    packed = BytesIO()
    moment = locator.now().timetuple()[:6]
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(ZipInfo(name, moment), body)
    return packed.getvalue()


def _steps(page: str) -> str:
    return "\n".join(
        (
            _("公众号文章里放不了网页和脚本,能用的是图片、二维码和“阅读原文”。"),
            "",
            _("1. 把 1-map.png 插进正文;手机上放大也看得清。"),
            _("2. 把 3-text.txt 里的文字贴在图片下面,读屏和搜索用得到。"),
            _("3. 把 2-qr.png 放在文末,写上“扫码看实时地图”。"),
            _("4. 把“阅读原文”设为:%(url)s", url=page),
            "",
            _("地图会变:发文前重新做一份,图上印着数据的日期。"),
            "",
        )
    )
