"""The engine: does the service circle hold, where does it not, at what hour, and how do we know?

    counting.py     which places count for the official figure, and why the others do not
    demand.py       demand points with a weight and a district: grids of area or of people
    reach.py        places x demand -> the pairs within reach, sparse, in both orders
    standards.py    the published standards that stand beside the headline
    assess.py       the search whose pairs all figures are arithmetic on; shares by district
    figures.py      the figures with everything that they rest on
    week.py         all 168 hours at once (bit_sums.py: its compiled loops)
    overlap.py      whom each place serves, and who depends on that one door
    gaps.py         the uncovered demand as places to go to (clusters.py, landmarks.py, nearest.py)
    sensitivity.py  the figure under other assumptions, one at a time
    scenario/       what if: the exact change that edits make
    siting/         where the next k places should go, with a proven bound (extending.py: hours)
    areas.py        the same as shapes for the map: covered, twice covered, gaps
    check.py        one point: is it within the standard, of what?

Everything is pure, and nothing here knows China.
"""
