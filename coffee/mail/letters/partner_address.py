"""The letter that gives people the new address of somebody they are matched with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter, personal_links
from coffee.mail.letters.reader import Reader, introduced
from coffee.mail.post import outbox
from coffee.place import today
from coffee.scheme import messages, people, rounds, tokens
from coffee.text.language import Language

KIND = "partner address"


def tell_partners(db: Database, office: Office, person_id: int, now: datetime) -> int:
    """Queue this person's new address to the others in their match of a round that is out; returns how many letters.

    Somebody who does not share their address gave nobody the old one. A letter about an earlier change that has not
    left gives way to this one. While nobody signs letters, none is written.
    """
    person = people.person(db, person_id, today(db, now))
    moved = Reader.of(person)
    if not office.address or "email" not in moved.shares:
        return 0
    texts, queued = wording.texts(db, KIND), 0
    for round_id, number, match_id, partner in rounds.partners_out(db, person_id):
        about = f"{match_id}:{person_id}:"
        messages.give_way(db, f"{KIND}:{about}", partner, "The address changed once more, so this letter does not go.")
        change = Occasion.of_round(office, round_id, number, now).of_match(match_id)
        write = partial(
            partner_letter,
            reader=Reader.of(people.person(db, partner, today(db, now))),
            moved=moved,
            occasion=replace(change, once=f"{about}{person['version']}"),
            mint=tokens.mint,
        )
        queued += outbox.queue(db, [texts.in_ours_if_need_be(write)], now)
    return queued


def partner_letter(texts: Texts, reader: Reader, moved: Reader, occasion: Occasion, mint: Mint) -> Letter:
    """Return the letter that tells `reader` how to reach the other person now."""

    def fields(language: Language) -> Mapping[str, object]:
        return {
            "round": occasion.number,
            "partner_names": moved.called,
            "introductions": introduced([moved], language),
        }

    return personal_letter(texts, reader, occasion, personal_links(reader.id, None, occasion.now, mint), fields, mint)
