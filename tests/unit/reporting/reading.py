"""Reports read back by libraries that had no part in making them."""

from __future__ import annotations

import io
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

VOID = {"meta", "path", "rect", "br", "link", "img"}


class Page(HTMLParser):
    """The texts, elements and table rows of an HTML page."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self._inside: list[str] = []
        self.feed(body.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._inside[-1] == tag, f"{tag} closes {self._inside[-1]}"
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        self.texts.append(data)
        if "td" in self._inside or "th" in self._inside:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return "".join(self.texts)


def squeezed(text: str) -> str:
    """Without white space and without the invisible places where a long word may break."""
    return re.sub(r"[\s\u200b]+", "", text)


@cache
def pdf_pages(body: bytes) -> tuple[str, ...]:
    pages = PdfReader(io.BytesIO(body)).pages
    return tuple(squeezed(page.extract_text()) for page in pages)


@cache
def sheets(body: bytes) -> dict[str, list[list[Any]]]:
    """All cells of a workbook by sheet: the cells themselves, not only their values."""
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: [list(row) for row in sheet.iter_rows()] for sheet in book}
