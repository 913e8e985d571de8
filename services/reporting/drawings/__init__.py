"""Pictures of our own for the report: SVG from shapes and arrays, the same bytes every time.

    paper.py     millimetres, marks, hatching, text: SVG without script, style, link or id
    ground.py    what a map shows: districts, covered once and twice, gaps, places
    maps.py      the city, and one map for each district
    strips.py    the week: 168 hours of the city, and of every district

Legible in grey: tones differ in lightness, gaps are hatched, every state has its own mark.
"""
