"""The sample registry: made-up places in the published numbers, over a region's real districts.

The real lists are not public. This one has the published counts, lies denser where more people
live, and has the faults of a real register: unknown hours, stale checks, coarse points, facilities
that nobody recorded. Every place has ``source == SAMPLE_SOURCE``, so every page and export that
shows one can say 示例数据. A real import replaces it.

    tables.py   what places are called, who hosts them, when they open, what they have
    ground.py   where they may lie: towns, main urban areas, even spacing
    draw.py     ``sample_places``: one from the other, by a seeded draw
"""

from services.sample.draw import sample_places

__all__ = ["sample_places"]
