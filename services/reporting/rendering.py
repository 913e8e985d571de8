"""A report as a file: which suffix is which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from services.errors import InvalidInput
from services.reporting.html import render_html
from services.reporting.pdf import render_pdf
from services.reporting.values import Report
from services.reporting.xlsx import render_xlsx


def render(report: Report, suffix: str) -> bytes:
    """The bytes of a .html, .pdf or .xlsx file; the same for the same report, always.

    Raises ``InvalidInput`` for any other suffix, ``SettingsInvalid`` when the PDF's fonts are not
    installed, ``LimitExceeded`` when its pages take too long.
    """
    write = _FORMS.get(suffix.lower())
    if write is None:
        raise InvalidInput(
            f"不会写“{suffix[:40]}”的报告。请用 {'、'.join(_FORMS)}。", field="file", value=suffix
        )
    return write(report)


_FORMS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    ".html": render_html,
    ".pdf": render_pdf,
    ".xlsx": render_xlsx,
}
SUFFIXES: Final = tuple(_FORMS)
"""The forms that there are."""
