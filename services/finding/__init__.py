"""The nearest places, those that are open on arrival first.

A tree over unit vectors proposes, the ellipsoid disposes: every place that the bounds of
``geo/sieve.py`` leave possible is measured, so the order is the true one, for a handful of exact
distances instead of one a place. The same bounds decide who can be open on arrival: there are
few distinct timetables, so one binary search answers for all candidates at once.

    arrival.py   when one gets there, and whether it is open then, for many places at once
    index.py     the places of one revision, ready to be found; plain nearest
    nearest.py   find_nearest: the answer to "where can I go now?"

Nothing here keeps or logs the point that was asked about.
"""

from services.finding.index import PlaceIndex
from services.finding.nearest import Found, find_nearest

__all__ = ["Found", "PlaceIndex", "find_nearest"]
