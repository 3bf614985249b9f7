"""Letters to the people of a match: the introduction everything is for, and those that follow it."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from coffee.mail.calendar import hold
from coffee.mail.letters import Envelope, Letter, Link, Office, url, write
from coffee.mail.people import Reader, introduced, listed
from coffee.mail.placing import HOLE, Block

LINKS_LAST = timedelta(days=180)
SAID = {"met_link": "yes", "not_yet_link": "not%20yet"}  # an answer of the feedback page, by the field that ticks it
STARTERS = (
    "What took up most of your last week, and would you have guessed it a year ago?",
    "What does your organisation do that you wish others knew about?",
    "What have you changed your mind about at work?",
    "Which small thing makes your working day better?",
    "What are you trying to learn at the moment?",
    "Whom should more people in our field know, and why?",
    "What went wrong lately that taught you something?",
    "What would you do with one more day a week?",
    "What did you do before this job that still helps you?",
)


def match_letter(
    kind: str,
    office: Office,
    reader: Reader,
    seats: Sequence[Reader],
    *,
    round_id: int,
    number: int,
    match_id: int,
    now: datetime,
    mint: Callable[[], str],
    source: str | None = None,
) -> Letter:
    """A letter of this kind to `reader`, one of the match's people; `seats` are all, the one who writes first leading.

    Unique on kind, round, match and reader. An introduction brings a calendar entry that the people can move.
    """
    others = [person for person in seats if person.id != reader.id]
    links = personal_links(reader.id, match_id, now, mint)
    fields = common(office, reader, links) | about(others, seats[0], reader, match_id) | {"round": number}
    envelope = Envelope(
        kind=kind,
        key=f"{kind}:{round_id}:{match_id}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=f"round-{number}",
        person_id=reader.id,
        round_id=round_id,
        match_id=match_id,
        links=links,
        calendar=hold(office, tuple(seats), match_id, now) if kind == "introduction" else None,
    )
    return write(office, envelope, fields, now=now, mint=mint, source=source)


def about(others: Sequence[Reader], first: Reader, reader: Reader, match_id: int) -> dict[str, object]:
    """The fields that tell of the other people in a match."""
    return {
        "partners": listed([person.with_organisation for person in others]),
        "partner_names": listed([person.called for person in others]),
        "introductions": introduced(others),
        "writes_first": writes_first(reader, first),
        "conversation_starters": starters(match_id),
        "suggested_message": suggestion(reader, others),
    }


def personal_links(person_id: int, match_id: int | None, now: datetime, mint: Callable[[], str]) -> tuple[Link, ...]:
    """New tokens for one person: their page and unsubscribing; with a match also how it went and "I cannot"."""
    until = now + LINKS_LAST
    links = (Link(mint(), "me", person_id, None, until), Link(mint(), "unsubscribe", person_id))
    if match_id is None:
        return links
    return (
        Link(mint(), "feedback", person_id, match_id, until),
        Link(mint(), "cannot", person_id, match_id, until),
        *links,
    )


def common(office: Office, reader: Reader, links: Sequence[Link]) -> dict[str, object]:
    """The fields that every letter may use."""
    names = {"me": "my_page"} | {link.purpose: f"{link.purpose}_link" for link in links if link.purpose != "me"}
    fields: dict[str, object] = {
        "name": reader.called,
        "title": office.title,
        "organiser": office.name or office.address,
        "join_link": f"{office.base_url}/join",
    }
    fields |= {names[link.purpose]: url(office, link) for link in links}
    if "feedback_link" in fields:  # a link only fills in the answer: opening one must change nothing
        fields |= {name: f"{fields['feedback_link']}?met={said}" for name, said in SAID.items()}
    return fields


def writes_first(reader: Reader, first: Reader) -> str:
    """Naming one person to begin raised meetings by almost 30 % where it was tried."""
    return "You write first." if reader.id == first.id else f"{first.called} writes first."


def suggestion(reader: Reader, others: Sequence[Reader]) -> str:
    """A first message to copy: the blank page is where many stop."""
    names = listed([person.called for person in others])
    return (
        f"Hello {names}, we have been matched for a coffee. Would half an hour next week suit you, by video or phone? "
        f"I could do most mornings. Best wishes, {reader.called}"
    )


def starters(match_id: int, count: int = 3) -> Block:
    """A few questions to begin with, the same for everybody in a match."""
    chosen = random.Random(match_id).sample(STARTERS, count)  # noqa: S311 (not a secret)
    return Block("\n".join([f"- {HOLE}"] * count), tuple(chosen))
