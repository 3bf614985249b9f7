"""Letters of a round that went to a person's earlier address, sent again to the present one."""

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.notice import notice
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.readdress import readdress
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.mail.post.eml_files import WHY
from coffee.place import today
from coffee.scheme import Scheme, answers, cancelled_letters, link_requests, messages, people, posting, rounds, tokens
from coffee.scheme.messages import Astray

# A reminder, or a partner's new address, is in the introduction that is written anew.
_ANEW = ("introduction", "rematch", "feedback", "withdrawal", *messages.TO_CONFIRM)


def astray(db: Database, person_id: int) -> list[Astray]:
    """Return the letters to send this person again: those of a round that is out, and those to confirm by.

    Leaves out requests for an answer that was given.
    """
    said = answers.all_answers(db)
    answered = set(said.loc[(said["person"] == person_id) & (said["met"] != "not yet"), "match"])
    return [
        one
        for one in messages.astray(db, person_id, WHY)
        if (one.state != "sent" or one.kind in _ANEW)
        and not (one.kind in ("reminder", "feedback") and one.match_id in answered)
    ]


def send_to_new_address(scheme: Scheme, office: Office, person_id: int, now: datetime) -> int:
    """Let them go to the address of today, with links that work; returns how many letters. Twice is the same as once.

    What was not delivered goes as it is, which keeps its links; what was sent is written anew, for its links are dead.
    """
    with scheme.writing() as db:
        person = people.person(db, person_id, today(db, now))
        found = astray(db, person_id)
        to_confirm = any(one.kind in messages.TO_CONFIRM for one in found)
        if to_confirm:
            link_requests.ask(db, person["email"], now)
        of_rounds = [one for one in found if one.kind not in messages.TO_CONFIRM]
        sent = [one for one in of_rounds if one.state == "sent"]
        count = outbox.queue(db, [_anew(db, office, one, Reader.of(person), now) for one in sent], now)
        undelivered = [one.id for one in of_rounds if one.state != "sent"]
        posting.wait_again(db, undelivered, now)
        readdress(db)
        return count + len(undelivered) - cancelled_letters.cancel(db) + to_confirm


def _anew(db: Database, office: Office, one: Astray, reader: Reader, now: datetime) -> Letter:
    texts = wording.texts(db, one.kind)
    occasion = Occasion.of_round(office, one.round_id, one.number, now)
    if one.match_id is None:
        return notice(texts, reader, lambda _: {}, replace(occasion, once=f"again:{one.id}"), tokens.mint)
    seats = rounds.seats(db, one.round_id)
    matches = outbox.matches_of(seats[seats["match"] == one.match_id])
    (letter,) = outbox.to_matches(texts, matches, occasion, only={(one.match_id, reader.id)}).letters()
    return replace(letter, key=f"{letter.key}:again:{one.id}")
