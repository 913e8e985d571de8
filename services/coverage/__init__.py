"""The engine: does the service circle hold, where does it not, and how do we know?

    counting.py    which places count for the official figure, and why the others do not
    demand.py      demand points with a weight and a district: a grid over areas
    reach.py       places x demand -> the pairs within reach, sparse, measured on the ellipsoid
    standards.py   the published standards that stand beside the headline
    assess.py      reach -> shares by district, overlap: exact whole numbers
    areas.py       the same as shapes for the map: covered, twice covered, gaps
    check.py       one point: is it within the standard, of what?

Everything is pure, and nothing here knows China.
"""
