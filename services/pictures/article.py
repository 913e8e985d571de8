"""The text that goes with a still picture: for screen readers, for search, for an article."""

from __future__ import annotations

from services.pictures.telling import lines, more, notice
from services.pictures.values import Listed, StillPicture


def article_text(picture: StillPicture) -> str:
    """All that the picture says, in its order: heading, places or that there are none, link."""
    words = picture.words
    heading = " · ".join(words.listing.join(part) for part in picture.heading)
    said = [f"{picture.product} · {heading}"]
    if picture.sample:
        said.append(words.sample_warning)
    said += [*lines(picture), ""]
    for number, place in enumerate(picture.places, 1):
        said.append(f"{number}. {place.name}")
        said.extend(f"   {fact}" for fact in _facts(place, picture))
    said += [*notice(picture), *filter(None, [more(picture)])]
    said += ["", words.data_of.format(day=words.day(picture.made_on))]
    if picture.hotline:
        said.append(words.hotline.format(number=picture.hotline))
    said += [words.sources.format(credits=words.listing.join(picture.ground.credits)), picture.url]
    return "\n".join(said) + "\n"


def _facts(place: Listed, picture: StillPicture) -> list[str]:
    words = picture.words
    facts = [place.address or words.no_address, place.hours or words.no_hours]
    if place.phone:
        facts.append(words.phone.format(phone=place.phone))
    if place.note:
        facts.append(place.note)
    return facts
