"""Days and times in words, for organisers. Pure."""

from datetime import date, datetime

from coffee.days.place import Place
from coffee.text.language import ENGLISH


def day(day: date) -> str:
    """Write a day: Tue 3 March."""
    return f"{day:%a} {day.day} {day:%B}"


def dated(day: date) -> str:
    """Write a day with its year: Tue 3 March 2026."""
    return ENGLISH.day(day)


def in_words(day: date) -> str:
    """Write a day in full: 7 April 2026."""
    return f"{day.day} {day:%B %Y}"


def clock(place: Place, moment: datetime) -> str:
    """Write a time: 09:00 (London time)."""
    return f"{place.local(moment):%H:%M} ({place.clock})"


def when(place: Place, moment: datetime) -> str:
    """Write a day and time: Tue 3 March at 09:00 (London time)."""
    return f"{day(place.day(moment))} at {clock(place, moment)}"
