"""What was asked before, and how much may still be asked today.

Two small protocols, so that the answers of a paid service outlive the process that asked for them:
the registry keeps both in its database (``workflows.locating.StoredAnswers``).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.geocoding.match import Match


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A provider's answer to one normalised query.

    ``match`` is None when the provider knows no such address: that is an answer too, and is not
    asked for again. Failures are never kept. ``asked_at`` is an aware UTC time.
    """

    provider: str
    query: str
    match: Match | None
    asked_at: datetime


class AnswerCache(Protocol):
    """Remembered answers, by provider and normalised query."""

    def get(self, provider: str, query: str) -> CachedAnswer | None:
        """The answer kept for this query, or None when it was never asked."""

    def put(self, answer: CachedAnswer) -> None:
        """Keep an answer; a newer one replaces the older."""


class QuotaLedger(Protocol):
    """Requests sent to each provider on each day; survives restarts."""

    def spend(self, provider: str, day: date, limit: int) -> bool:
        """Count one request; False, and nothing counted, when ``limit`` of that day is used up."""


def normalised(query: str) -> str:
    """The query as the cache's key: full-width forms made plain, white space removed, no case.

    Chinese addresses carry no meaning in spaces; where words are separated by them (a Latin
    letter on both sides) one space is kept.
    """
    words = unicodedata.normalize("NFKC", query).casefold().split()
    text = ""
    for word in words:
        latin = text[-1:].isascii() and word[:1].isascii()
        text += f" {word}" if text and latin else word
    return text
