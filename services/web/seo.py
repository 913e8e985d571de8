"""What a page says of itself to search engines and to chats that show a card of it.

One ``Meta`` a page; ``templates/_meta.html`` writes it. An address is canonical without the size
of text and the theme: only the language makes another page. No parameter of a visitor's own
(``?door=``, a choice of the finder) is ever in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import request

from services.locator import Locator
from services.pictures.values import CARD
from services.places import SAMPLE_SOURCE, Place
from services.web.addresses import absolute
from services.web.choice import Choice, address, given
from services.web.language import district_name, named, product_name
from services.web.language import gettext as _
from services.web.view import LANGUAGES, Language, View, link, view

LOCALES: Final[Mapping[Language, str]] = {"zh-CN": "zh_CN", "en": "en_US"}
"""As Open Graph writes them (https://ogp.me, ``og:locale``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """The facts for a page's ``<head>``; texts are plain and any text."""

    title: str
    """Without the product's name, which the page's title adds."""
    description: str
    picture: str = "/share.png"
    """Our own path of a picture of ``CARD`` size."""
    linked: Mapping[str, Any] | None = None
    """JSON-LD (``linked_data.py``)."""
    framed: bool = False
    """Whether oEmbed has a frame for this page."""

    @property
    def canonical(self) -> str:
        """This page's own address."""
        return page_address(request.path)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(hreflang, address) of the page in each language and for everybody else."""
        of = {lang: page_address(request.path, lang) for lang in dict.fromkeys(LANGUAGES.values())}
        return [*of.items(), ("x-default", of["zh-CN"])]

    @property
    def image(self) -> str:
        """Address of the share picture, in the page's language."""
        return absolute(link(self.picture, View(lang=view().lang)))

    @property
    def image_size(self) -> tuple[int, int]:
        """Its width and height."""
        return CARD

    @property
    def locale(self) -> str:
        """The page's language as Open Graph writes it."""
        return LOCALES[view().lang]

    @property
    def other_locales(self) -> list[str]:
        """The languages that the page has too."""
        return [locale for locale in LOCALES.values() if locale != self.locale]

    @property
    def oembed(self) -> str:
        """Where a program that got this page's address asks for its frame; "" for no frame."""
        if not self.framed:
            return ""
        said = {name: value for name, value in given().items() if name in Choice.model_fields}
        url = absolute(address(request.path, said, view().parameters))
        return absolute("/oembed?" + urlencode({"url": url, "format": "json"}))


def page_address(path: str, lang: Language | None = None) -> str:
    """The canonical address of a page of ours, in the page's own language or in another."""
    return absolute(link(path, View(lang=lang or view().lang)))


# --- what each page says ---------------------------------------------------------------------


def sentences(*said: str) -> str:
    """Sentences in a row, as the page's language sets them; empty ones are left out."""
    return (" " if view().lang == "en" else "").join(filter(None, said))


def of_finder(locator: Locator, linked: Mapping[str, Any]) -> Meta:
    """``/``."""
    said = _(
        "%(product)s:找离你最近、现在开门的歇脚、饮水、热饭的地方。",
        product=product_name(locator.region),
    )
    return Meta(title=_("离我最近、现在开门"), description=said, linked=linked, framed=True)


def of_map(locator: Locator) -> Meta:
    """``/map``."""
    said = _(
        "%(product)s:服务地点、10 分钟服务圈、缺口和区县。", product=product_name(locator.region)
    )
    return Meta(title=_("完整地图"), description=said, framed=True)


def of_about(locator: Locator) -> Meta:
    """``/about``."""
    said = _(
        "%(product)s的数据从哪里来,分钟数、开门状态和服务圈怎么算,怎么保护你的位置。",
        product=product_name(locator.region),
    )
    return Meta(title=_("关于"), description=said)


def of_district(
    locator: Locator, adcode: str, total: int, kinds: list[str], linked: Mapping[str, Any]
) -> Meta:
    """``/d/<adcode>``: ``total`` places of these kinds (named)."""
    name = district_name(locator.region, adcode)
    said = (
        _(
            "%(district)s的 %(n)s 处职工服务地点:%(kinds)s。地址、电话、开门时间和现在开没开门。",
            district=name,
            n=total,
            kinds=_("、").join(kinds),
        )
        if total
        else _("%(district)s还没有登记地点。可以看看旁边的区县。", district=name)
    )
    warning = _("示例数据,不是真实名单。") if locator.snapshot().sample else ""
    return Meta(
        title=_("%(district)s的全部名单", district=name),
        description=sentences(warning, said),
        linked=linked,
        framed=True,
    )


def place_description(locator: Locator, place: Place) -> str:
    """A place in a few sentences that stay true: no state, no minutes."""
    kind = named(locator.vocabulary.kind(place.kind))
    district = district_name(locator.region, place.district)
    has = [named(a) for a in locator.vocabulary.amenities if place.amenities.get(a.key)]
    hours = place.opening_hours_raw or place.opening_hours
    return sentences(
        _("示例数据,不是真实名单。") if place.source == SAMPLE_SOURCE else "",
        _("%(district)s的%(kind)s。", district=district, kind=kind) if district else f"{kind}。",
        _("地址:%(address)s。", address=place.address) if place.address else "",
        _("里面有%(what)s。", what=_("、").join(has)) if has else "",
        _("开门时间:%(hours)s。", hours=hours) if hours else "",
        _("电话:%(phone)s。", phone=place.phone) if place.phone else "",
    )


def of_place(locator: Locator, place: Place, linked: Mapping[str, Any]) -> Meta:
    """``/p/<id>``."""
    district = district_name(locator.region, place.district)
    return Meta(
        title=f"{place.name} · {district}" if district else place.name,
        description=place_description(locator, place),
        picture=f"/p/{place.id}/share.png",
        linked=linked,
        framed=True,
    )
