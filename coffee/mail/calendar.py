"""The calendar entry that comes with an introduction: a half hour to hold, which the people may move (RFC 5545)."""

from datetime import datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vCalAddress

from coffee.mail.letters import Office, ascii_address
from coffee.mail.people import Reader, listed

TALK = timedelta(minutes=30)
NOTICE = timedelta(days=7)


@lru_cache(maxsize=4)
def hold(office: Office, people: tuple[Reader, ...], match_id: int, now: datetime) -> bytes:
    """The entry as an .ics file, the same for all people of a match: a working day a week after `now`, at 10:00 UTC.

    It is tentative and leaves everybody free: nobody has agreed to it yet.
    """
    start = _working_day((now + NOTICE).replace(hour=10, minute=0, second=0, microsecond=0))
    event = Event()
    event.add("uid", f"match-{match_id}@{ascii_address(office.address).rpartition('@')[2]}")
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", start + TALK)
    event.add("summary", f"Coffee: {listed([person.called for person in people])}")
    event.add("description", "Thirty minutes of informal talk, no selling. Move this to a time that suits you all.")
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("organizer", vCalAddress(f"mailto:{ascii_address(office.address)}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Coffee trial//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _working_day(moment: datetime) -> datetime:
    return moment + timedelta(days=max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0)
