"""Pictures for where no page can be: articles, share cards, posters, home screens.

    values.py       what a picture is made from: plain values
    words.py        what it says, in Chinese and English
    week_text.py    opening hours as one line of an ordinary week
    telling.py      how many there are and how many more, or that there is none
    palette.py      the pages' own colours and symbols
    frame.py        the part of the earth that a map shows
    labels.py       where the numbers stand, covering nothing
    svg.py streets.py map_drawing.py   the map
    still.py share.py icons.py   set them (templates/pictures/)
    article.py      the text that goes with a still picture
    codes.py        QR codes

Every text of a place goes in as data, never as markup; the only fonts are the project's own.
"""
