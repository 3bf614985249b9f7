"""News at the end of a round: what it made, to everybody who takes part."""

from collections.abc import Mapping
from datetime import datetime

from coffee.figures import figures_of
from coffee.insight.figures import RoundFigures
from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.notice import notice
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.place import today
from coffee.scheme import Scheme, messages, people, rounds
from coffee.text.language import Language


def write_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> int:
    """Queue the news of a round to everybody active who takes letters, once; returns how many."""
    letters = letters_of_news(scheme, office, round_id, now)
    with scheme.writing() as db:
        return outbox.queue(db, letters, now)


def letters_of_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> list[Letter]:
    """The news of a round, to everybody active who takes letters and has not had it."""
    return news_of(scheme, office, round_id, now).letters()


def news_of(scheme: Scheme, office: Office, round_id: int, now: datetime) -> Batch:
    """Return the news of a round to write to everybody active who takes letters, can be reached and has not had it."""
    with scheme.reading() as db:
        figures = figures_of(db, rounds.get(db, round_id).number)
        had = {person for _, person in messages.already_queued(db, round_id, "news")}
        active = people.active(db, today(db, now))
        texts = wording.texts(db, "news")
    active = active[~active["id"].isin(had) & (active["cannot_reach"] == "")]
    readers = tuple(Reader.of(row) for row in active.to_dict("records"))

    def compose(position: int, mint: Mint) -> Letter:
        return news_letter(texts, office, readers[position], figures, round_id, now, mint)

    return Batch(readers, compose)


def news_letter(
    texts: Texts, office: Office, reader: Reader, figures: RoundFigures, round_id: int, now: datetime, mint: Mint
) -> Letter:
    """The news to one person."""

    def fields(language: Language) -> Mapping[str, object]:
        counts = {"people": figures.asked, "organisations": figures.organisations}
        counts |= {"matches": figures.matches, "met": figures.met}
        return {name: f"{count:,}" for name, count in counts.items()} | {"new_connections": _new(figures, language)}

    return notice(texts, reader, fields, Occasion.of_round(office, round_id, figures.round, now), mint)


def _new(figures: RoundFigures, language: Language) -> str:
    if not figures.connections:
        return language.say("no new connections yet")
    made = language.say_many("%(count)s new connection", "%(count)s new connections", figures.connections)
    if figures.across < 2:
        return made
    across = language.say_many("across %(count)s organisation", "across %(count)s organisations", figures.across)
    return f"{made} {across}"
