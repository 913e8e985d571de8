"""How a page is to be shown: language, size of text, light or dark. All of it stands in the URL.

There is no cookie: a link carries the view on (``link``), so the same address always gives the
same page, to a cache, to a person it is sent to, and offline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

from flask import g, has_request_context, request

Language = Literal["zh-CN", "en"]

LANGUAGES: Final[dict[str, Language]] = {"zh-CN": "zh-CN", "zh": "zh-CN", "en": "en"}
"""What ``?lang=`` may say; anything else is the default, Chinese."""

THEMES: Final = ("light", "dark")


@dataclass(frozen=True, slots=True)
class View:
    """One view; ``theme`` is "" where the device decides."""

    lang: Language = "zh-CN"
    large: bool = False
    theme: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Self:
        """What an address asks for; what it says wrongly is as usual."""
        theme = said.get("theme", "")
        return cls(
            lang=LANGUAGES.get(said.get("lang", ""), "zh-CN"),
            large=said.get("text") == "large",
            theme=theme if theme in THEMES else "",
        )

    @property
    def parameters(self) -> dict[str, str]:
        """What an address must say to be shown so; nothing for the usual view."""
        said = {
            "lang": "" if self.lang == "zh-CN" else self.lang,
            "text": "large" if self.large else "",
            "theme": self.theme,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        """The same as a query: ``lang=en&text=large``."""
        return urlencode(self.parameters)


def view() -> View:
    """The view that this request asks for; the usual one outside a request."""
    if not has_request_context():
        return View()
    if "view" not in g:
        g.view = View.of(request.args)
    shown: View = g.view
    return shown


def answer_in(shown: View) -> None:
    """Answer this request in another view than its own address says."""
    g.view = shown


def in_chinese() -> None:
    """Show this request's page in Chinese: for pages that have no English yet."""
    answer_in(replace(view(), lang="zh-CN"))


def link(path: str, shown: View | None = None) -> str:
    """An address of ours that keeps the view: ``/d/320902?lang=en#station``."""
    query = (shown or view()).query
    if not query:
        return path
    parts = urlsplit(path)
    return parts._replace(query="&".join(filter(None, (parts.query, query)))).geturl()


def here(**changes: str) -> str:
    """This page's own address with another view, its other parameters kept: ``here(lang="en")``.

    An empty value takes the parameter away.
    """
    said = {
        name: value
        for name, value in (request.args.to_dict() | changes).items()
        if value and name != "door"  # who stands at a door stays with the one who stands there
    }
    path = quote(request.path)  # a backslash would lead elsewhere
    return f"{path}?{urlencode(said)}" if said else path
