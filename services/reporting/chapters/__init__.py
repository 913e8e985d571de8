"""The chapters of a report, in its order: each turns its part of the evidence into blocks.

verdict.py       does it hold: the sentence, the figures, the table by district
maps.py          the city, and each district from near
week.py          168 hours, and who is covered in all of them
gaps.py          where it does not hold
places.py        which places count, which do not and why; who hangs on one door
sensitivity.py   what each assumption changes; proposed sites
method.py        formulas, parameters, limits of the data, how to make it again
"""
