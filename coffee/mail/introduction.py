"""Letters to the people of a match: the introduction everything is for, and those that follow it."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from coffee.language import Language
from coffee.mail.calendar import hold
from coffee.mail.letters import Envelope, Letter, Link, Office, freeze, url
from coffee.mail.people import Reader, introduced
from coffee.mail.placing import HOLE, Block
from coffee.mail.texts import Texts

LINKS_LAST = timedelta(days=180)
SAID = {"met_link": "yes", "not_yet_link": "not%20yet"}  # an answer of the feedback page, by the field that ticks it
HELD = ("introduction", "rematch")  # the letters that bring a calendar entry


def match_letter(
    texts: Texts,
    office: Office,
    reader: Reader,
    seats: Sequence[Reader],
    *,
    round_id: int,
    number: int,
    match_id: int,
    now: datetime,
    mint: Callable[[], str],
) -> Letter:
    """A letter to `reader`, one of the match's people; `seats` are all, the one who writes first leading.

    Unique on kind, round, match and reader. An introduction brings a calendar entry that the people can move.
    """
    others = [person for person in seats if person.id != reader.id]
    links = personal_links(reader.id, match_id, now, mint)

    def fields(language: Language) -> Mapping[str, object]:
        said = about(language, others, seats[0], reader, number)
        return common(language, office, reader, links) | said | {"round": number}

    halves = texts.halves(reader.language, fields)
    languages = tuple(half.language for half in halves)
    envelope = Envelope(
        kind=texts.kind,
        key=f"{texts.kind}:{round_id}:{match_id}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=f"round-{number}",
        person_id=reader.id,
        round_id=round_id,
        match_id=match_id,
        links=links,
        calendar=hold(office, tuple(seats), match_id, now, languages) if texts.kind in HELD else None,
    )
    return freeze(office, envelope, halves, now=now, mint=mint)


def about(
    language: Language, others: Sequence[Reader], first: Reader, reader: Reader, number: int
) -> dict[str, object]:
    """The fields that tell of the other people in a match of this round."""
    return {
        "partners": language.listed([person.with_organisation for person in others]),
        "partner_names": language.listed([person.called for person in others]),
        "introductions": introduced(others, language),
        "writes_first": writes_first(language, reader, first),
        "you_write_first": reader.id == first.id,
        "conversation_starters": starters(language, number, [reader, *others]),
        "suggested_message": suggestion(language, reader, others),
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


def common(language: Language, office: Office, reader: Reader, links: Sequence[Link]) -> dict[str, object]:
    """The fields that every letter may use."""
    names = {"me": "my_page"} | {link.purpose: f"{link.purpose}_link" for link in links if link.purpose != "me"}
    fields: dict[str, object] = {
        "name": reader.called,
        "title": office.title_in(language),
        "organiser": office.signed_in(language),
        "join_link": f"{office.base_url}/join",
    }
    fields |= {names[link.purpose]: url(office, link) for link in links}
    if "feedback_link" in fields:  # a link only fills in the answer: opening one must change nothing
        fields |= {name: f"{fields['feedback_link']}?met={said}" for name, said in SAID.items()}
    return fields


def writes_first(language: Language, reader: Reader, first: Reader) -> str:
    """Naming one person to begin raised meetings by almost 30 % where it was tried."""
    if reader.id == first.id:
        return language.say("You write first.")
    return language.say("%(name)s writes first.", name=first.called)


def suggestion(language: Language, reader: Reader, others: Sequence[Reader]) -> str:
    """A first message to copy: the blank page is where many stop."""
    return language.say(
        "Hello %(names)s, we have been matched for a coffee. Would half an hour next week suit you, by video or phone? "
        "I could do most mornings. Best wishes, %(name)s",
        names=language.listed([person.called for person in others]),
        name=reader.called,
    )


def starters(language: Language, number: int, people: Sequence[Reader], count: int = 3) -> Block:
    """A few questions to begin with, the same for everybody in a match, others in each round."""
    seed = f"{number}:{sorted(person.id for person in people)}"
    chosen = random.Random(seed).sample(_questions(language.say), count)  # noqa: S311 (not a secret)
    return Block("\n".join([f"- {HOLE}"] * count), tuple(chosen))


def _questions(say: Callable[[str], str]) -> list[str]:
    return [
        say("What took up most of your last week, and would you have guessed it a year ago?"),
        say("What does your organisation do that you wish others knew about?"),
        say("What have you changed your mind about at work?"),
        say("Which small thing makes your working day better?"),
        say("What are you trying to learn at the moment?"),
        say("Whom should more people in our field know, and why?"),
        say("What went wrong lately that taught you something?"),
        say("What would you do with one more day a week?"),
        say("What did you do before this job that still helps you?"),
    ]
