"""Which registered place a draft is: by its number at the source, else by kind, name, district."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from services.importing.cells import Remembered
from services.places import SAMPLE_SOURCE, Place, PlaceDraft, normalised


class Register:
    """The registered places by both keys."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._folded = Remembered(normalised)
        self._by_number = {(each.source, each.source_id): each for each in places if each.source_id}
        self._by_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            self._by_name[place.kind, self._folded[place.name]].append(place)

    def key(self, draft: PlaceDraft) -> tuple[str, str, str]:
        """What makes two rows of a file the same place."""
        if draft.source_id:
            return "", draft.source, draft.source_id
        return draft.kind, self._folded[draft.name], draft.district

    def candidates(self, draft: PlaceDraft) -> list[Place]:
        """The places that a draft may be: none, one, or several that the file cannot tell apart.

        A row that does not say its district is the one place of its name, whatever the registry
        has learnt of its district since; and the other way round. A row with a number that the
        registry does not know is a place of that name whose number is missing or is another
        source's.
        """
        if draft.source_id and (place := self._by_number.get((draft.source, draft.source_id))):
            return [place]
        named = self._by_name.get((draft.kind, self._folded[draft.name]), [])
        if draft.source != SAMPLE_SOURCE:
            # Else the sample's made-up facts would stand for what the real row leaves out.
            named = [p for p in named if p.source != SAMPLE_SOURCE or not p.source_id]
        if draft.source_id:
            named = [p for p in named if not p.source_id or p.source != draft.source]
        exact = [place for place in named if place.district == draft.district]
        found = exact or [p for p in named if not (draft.district and p.district)]
        unnumbered = [place for place in found if not place.source_id]
        return unnumbered if len(unnumbered) == 1 else found
