"""The inspection report: one set of values, three forms.

    evidence.py     what it is made from: the engine's parts, and whence they came
    chapters/       each part of the evidence as sentences, tables and drawings
    drawings/       maps and strips: SVG of our own
    fingerprint.py  the hash of all inputs
    build.py        evidence -> Report
    values.py       the Report: plain strings, numbers with their form, tables, shapes
    html.py pdf.py xlsx.py   set it; they compute nothing
    rendering.py    which suffix is which form

The same inputs give the same bytes, dates aside.
"""

from services.reporting.build import build_report
from services.reporting.evidence import Evidence, SuggestedSite, Suggestion
from services.reporting.fingerprint import fingerprint
from services.reporting.rendering import SUFFIXES, render
from services.reporting.values import Report

__all__ = [
    "SUFFIXES",
    "Evidence",
    "Report",
    "SuggestedSite",
    "Suggestion",
    "build_report",
    "fingerprint",
    "render",
]
