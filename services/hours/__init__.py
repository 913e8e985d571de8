"""Opening hours and holidays: the one answer to "is it open at t?".

    timespans.py    times of day in plain Chinese -> minutes
    wording.py      what people write -> an OSM ``opening_hours`` expression, or honestly nothing
    holidays.py     which days are public holidays and make-up working days
    expression.py   an expression over a run of days -> open minutes (the library's only user)
    opening.py      is_open, open_intervals, opening_on_arrival: all the same minutes

Hours that nobody could read are the expression ``""``: every question about them answers
*unknown*, never *closed*.
"""

from services.hours.holidays import HolidayCalendar, calendar_for
from services.hours.opening import Opening, OpenState, is_open, open_intervals, opening_on_arrival
from services.hours.timespans import DAY_MINUTES
from services.hours.wording import ParsedHours, parse_hours

__all__ = [
    "DAY_MINUTES",
    "HolidayCalendar",
    "OpenState",
    "Opening",
    "ParsedHours",
    "calendar_for",
    "is_open",
    "open_intervals",
    "opening_on_arrival",
    "parse_hours",
]
