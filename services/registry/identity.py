"""Which place is which: the key that may exist once, and the short id made from it.

The key is (source, source_id) where the source numbers its places, else the normalised
(kind, name, district). It covers withdrawn places too: a place that comes back is the same place.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import count
from typing import Final

from services.places import PlaceDraft, normalised

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no i, l, o, u
_PAIRS: Final = [a + b for a in _ALPHABET for b in _ALPHABET]


def identity(draft: PlaceDraft) -> str:
    """What makes two drafts the same place, as text; the two forms differ in their NULs."""
    if draft.source_id:
        return f"{draft.source}\0{draft.source_id}"
    return f"{draft.kind}\0{normalised(draft.name)}\0{draft.district}"


def place_key(draft: PlaceDraft) -> str:
    """128-bit digest of the identity in 32 hexadecimal digits; unique in the registry."""
    return _digest(identity(draft))


def first_id(key: str) -> str:
    """The id that a place with this key gets: 10 characters, the first 50 bits of the digest.

    Deterministic: the same draft gets the same id in every registry, unless that id is taken.
    """
    bits = int(key[:14], 16) >> 6
    return "".join([_PAIRS[bits >> shift & 1023] for shift in (40, 30, 20, 10, 0)])


def next_ids(draft: PlaceDraft) -> Iterator[str]:
    """The ids to try in turn when the first is taken.

    That is rare: one registry of 200,000 places in 50,000 has two that share their 50 bits; and a
    place that was renamed keeps the id of its former name.
    """
    text = identity(draft)
    return (first_id(_digest(f"{text}\0{counter}")) for counter in count(1))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
