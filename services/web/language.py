"""Chinese and English. The text in the code is the Chinese one; ``data/translations/en/*.po`` is
its English, read once at start, so that no compiled file can fall behind.

Names from the registry are never translated. The API, the planner's page and the reports speak
Chinese.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, lazy_gettext
from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext

from services.places import Amenity, Kind
from services.region import Region
from services.settings import DATA
from services.web.view import view

TRANSLATIONS: Final = DATA / "translations"
PLAIN: Final = NullTranslations()

__all__ = ["gettext", "lazy_gettext"]


def gettext(text: str, **values: Any) -> str:
    """``text`` in the page's language, its ``%(name)s`` filled."""
    return str(_gettext(text, **values))


def plural(text: str, num: int) -> str:
    """``text`` with its ``%(num)s`` filled; the English has a form for one."""
    return str(_ngettext(text, text, num))


class OurDomain(Domain):  # type: ignore[misc]
    """The catalogue of the page's language; the text itself where the page is Chinese."""

    def get_translations(self) -> NullTranslations:
        """The translations for this request."""
        return english() if view().lang == "en" else PLAIN


@cache
def english(folder: Path = TRANSLATIONS / "en") -> Translations:
    """All English texts, one file a topic."""
    catalog = Catalog(locale="en")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en", abort_invalid=True):
                if message.id:
                    catalog.add(message.id, message.string, flags=message.flags)
    packed = BytesIO()
    write_mo(packed, catalog)
    packed.seek(0)
    return Translations(packed)


def install(app: Flask) -> None:
    """Let templates and ``gettext`` speak the page's language."""
    babel = Babel(
        app,
        default_locale="zh_CN",
        locale_selector=lambda: "en" if view().lang == "en" else "zh_CN",
    )
    babel.domain_instance = OurDomain()
    english()  # a damaged file stops the start, not a page


# --- names of the vocabulary and the region --------------------------------------------------


def _in_english() -> bool:
    return view().lang == "en"


def named(word: Kind | Amenity) -> str:
    """A kind's or an amenity's name."""
    return word.name_en if _in_english() else word.name


def short(kind: Kind) -> str:
    """A kind's name on a chip."""
    return kind.short_en if _in_english() else kind.short


def style(kind: Kind) -> dict[str, str]:
    """How the browser names and draws a kind."""
    return kind.style(english=_in_english())


def region_name(region: Region) -> str:
    """盐城市, Yancheng."""
    return region.english.name if _in_english() else region.name


def product_name(region: Region) -> str:
    """盐城职工服务地图, or what the region calls it in English."""
    return region.product(english=_in_english())


def claim(region: Region) -> str:
    """What the city says of its stations."""
    return region.english.claim if _in_english() else region.claim


def district_name(region: Region, adcode: str) -> str:
    """亭湖区, Tinghu; "" for an unknown one."""
    name = region.district_name(adcode)
    return region.english.districts.get(adcode, name) if _in_english() else name


def data_lang() -> str:
    """The language of the registry's texts, where the page's is another."""
    return "zh-CN" if _in_english() else ""


FOR_TEMPLATES: Final[dict[str, Callable[..., str]]] = {
    "plural": plural,
    "named": named,
    "short": short,
    "region_name": region_name,
    "product_name": product_name,
    "claim": claim,
    "district_name": district_name,
}
