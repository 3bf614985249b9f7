"""Templates tried out: the letter a text would make, about a real match where there is one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.figures import figures_of
from coffee.insight.figures import RoundFigures
from coffee.mail.letters import before_draw, news, sitting_out, template, wording
from coffee.mail.letters.batch import NOWHERE, Mint
from coffee.mail.letters.introduction import match_letter
from coffee.mail.letters.invitation import invitation
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.notice import notice
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.own_page import OPENS, link_letter
from coffee.mail.letters.partner_address import partner_letter
from coffee.mail.letters.readdress import changed_letter
from coffee.mail.letters.reader import Reader
from coffee.mail.letters.still_in import still_in_letter
from coffee.scheme import Scheme, rounds
from coffee.scheme.rounds import ODD

INVENTED = Reader(1, "Siân O'Brien", "sian@example.org", "Example council", phone="01632 960 001", topics="Bees")
FIGURES = RoundFigures(1, matches=30, met=21, asked=60, organisations=17, connections=21, across=15)


@dataclass(frozen=True)
class Draft:
    """A text that may become the template of this kind; None for the default."""

    kind: str
    text: str | None
    language: str = "en"


@dataclass(frozen=True)
class Stage:
    """The sample a letter is previewed with: the people of a match, the reader among them, and the round's figures."""

    reader: Reader
    people: tuple[Reader, ...]
    match_id: int
    figures: RoundFigures
    is_real: bool


def real(db: Database) -> Stage | None:
    """The first match of the newest round; None before there is one."""
    newest = rounds.rounds(db).tail(1)
    for round_id, number in zip(newest["id"], newest["number"], strict=True):
        seats = rounds.seats(db, round_id)
        match = seats[seats["match"] == seats["match"].min()]
        people = tuple(Reader.of(row) for row in match.to_dict("records"))
        if people:
            figures = figures_of(db, number)
            return Stage(people[0], people, int(match["match"].iloc[0]), figures, True)
    return None


def invented(db: Database, office: Office) -> Stage:
    """The organiser, matched with somebody invented in the newest round, or in the first."""
    number = max(rounds.rounds(db)["number"], default=1)
    me = Reader(0, office.name, office.address)
    return Stage(me, (me, INVENTED), 0, replace(FIGURES, round=number), False)


def try_out(office: Office, draft: Draft, stage: Stage, now: datetime, mint: Mint = lambda: NOWHERE) -> Letter:
    """The letter that the draft makes. Its links lead nowhere. Raises TemplateFault when it cannot be filled."""
    text = draft.text if draft.text is not None else template.default(draft.kind, draft.language)
    template.check(text, wording.FIELDS[draft.kind], wording.NEEDED.get(draft.kind))
    texts = Texts(draft.kind, {draft.language: text})
    reader = replace(stage.reader, language=draft.language)
    occasion = Occasion.of_round(office, 0, stage.figures.round, now)
    match draft.kind:
        case kind if kind in OPENS:
            return link_letter(texts, office, reader, now, mint)
        case "address changed":
            return changed_letter(texts, office, reader, now, mint)
        case "invitation":
            return invitation(texts, office, reader, now, mint)
        case before_draw.KIND:
            draw = now + timedelta(days=2)
            return before_draw.letter_before(
                texts, office, reader, number=occasion.number, draw=draw, now=now, mint=mint
            )
        case "still in":
            return still_in_letter(texts, office, reader, office.place.day(now), now, mint)
        case "news":
            return news.news_letter(texts, office, reader, stage.figures, 0, now, mint)
        case "sits out":
            return notice(texts, reader, lambda language: sitting_out.fields(language, ODD), occasion, mint)
        case "partner address":
            moved = next(one for one in stage.people if one.id != reader.id)
            return partner_letter(texts, reader, moved, occasion.of_match(stage.match_id), mint)
        case "withdrawal":
            return notice(texts, reader, lambda _: {}, occasion, mint)
        case _:
            return match_letter(texts, reader, stage.people, occasion.of_match(stage.match_id), mint)


def save(scheme: Scheme, office: Office, draft: Draft, now: datetime) -> None:
    """Use this text from now on. Raises TemplateFault, and then nothing is saved."""
    with scheme.reading() as db:
        stage = invented(db, office)
    try_out(office, draft, stage, now)
    wording.keep(scheme, draft.kind, draft.text, draft.language)
