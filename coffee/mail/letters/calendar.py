"""The calendar entry that comes with an introduction: a half hour to hold, which the people may move (RFC 5545)."""

from datetime import datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vCalAddress

from coffee.days.working import working_day
from coffee.mail.letters.letter import Office, ascii_address
from coffee.mail.letters.reader import Reader
from coffee.text.language import Language

TALK = timedelta(minutes=30)
NOTICE = timedelta(days=7)


@lru_cache(maxsize=8)
def hold(
    office: Office, people: tuple[Reader, ...], match_id: int, now: datetime, languages: tuple[Language, ...]
) -> bytes:
    """Return the .ics file of a talk, the same for all people of a match except its languages.

    The talk is on a working day a week after `now`, at ten o'clock local time. It is tentative and shows everybody as
    free, because nobody has agreed to it yet.
    """
    start = office.place.moment(working_day(office.place, office.place.day(now) + NOTICE), 10)
    domain = ascii_address(office.address).rpartition("@")[2]
    event = Event()
    event.add("uid", "-".join(filter(None, ["match", str(match_id), office.scheme_id])) + f"@{domain}")
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", start + TALK)
    spoken_in = {"language": languages[0].code} if len(languages) == 1 else {}
    event.add("summary", " | ".join(_title(language, people) for language in languages), spoken_in)
    event.add("description", "\n\n".join(_advice(language) for language in languages), spoken_in)
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("organizer", vCalAddress(f"mailto:{ascii_address(office.address)}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Coffee trial//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _title(language: Language, people: tuple[Reader, ...]) -> str:
    return language.say("Coffee: %(names)s", names=language.listed([person.called for person in people]))


def _advice(language: Language) -> str:
    return language.say("Thirty minutes of informal talk, no selling. Move this to a time that suits you all.")
