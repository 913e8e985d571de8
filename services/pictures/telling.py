"""What a still picture says of its places as a whole; the text beside it says the same."""

from __future__ import annotations

from services.pictures.values import StillPicture


def lines(picture: StillPicture) -> list[str]:
    """Under the heading: the moment that was asked for, and how many there are."""
    words, shown = picture.words, len(picture.places)
    said = []
    if picture.open_at is not None:
        said.append(words.open_at.format(moment=words.moment(picture.open_at)))
    if picture.total and shown in (0, picture.total):
        said.append(words.count.format(total=picture.total))
    elif picture.framed is not None and picture.total:
        said.append(words.count_framed.format(total=picture.total, shown=shown))
    elif picture.total:
        said.append(words.count_first.format(total=picture.total, shown=shown))
    return said


def notice(picture: StillPicture) -> list[str]:
    """What is said where there is no place to list: a heading and hints, or nothing."""
    words = picture.words
    if picture.places:
        return []
    if not picture.total or picture.nearest is None:
        return [words.nothing, words.nothing_hint]
    return [words.nothing_here, words.nearest_place(*picture.nearest), words.nothing_hint]


def more(picture: StillPicture) -> str:
    """That there are others beside those that are numbered, or ""."""
    return picture.words.more.format(n=picture.left_out) if picture.left_out else ""
