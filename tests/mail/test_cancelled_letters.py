"""Letters that nobody waits for any more do not go."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Office
from coffee.mail.letters.own_page import OPENS, link_letter
from coffee.mail.letters.reader import Reader
from coffee.mail.post import actions, outbox
from coffee.mail.post.eml_files import mail_after_all
from coffee.mail.post.sending import send_due
from coffee.people import service
from coffee.people.service import Edit
from coffee.rounds import life, repair
from coffee.scheme import Scheme, erasure, opt_outs, people, tokens
from coffee.scheme import rounds as kept


@pytest.fixture
def published(scheme: Scheme, office: Office, now: datetime) -> int:
    """A round of six people that is out, its introductions waiting."""
    with scheme.writing() as db:
        for n in range(1, 7):
            details = {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"Council {n}"}
            people.add(db, details, now=now)
    round_id = life.generate(scheme, now, seed=1)
    life.publish(scheme, round_id, 2, office, now)
    return round_id


def letters(scheme: Scheme, person: int) -> dict[str, str]:
    """Return the state of each kind of letter to this person."""
    with scheme.reading() as db:
        return dict(db.execute("SELECT kind, state FROM messages WHERE person_id = ?", [person]).fetchall())


def unsubscribe(db: Database, person: int, now: datetime) -> None:
    opt_outs.unsubscribe(db, person, now)


def leave(db: Database, person: int, now: datetime) -> None:
    people.leave(db, [person])


@pytest.mark.parametrize(("stop", "word"), [(unsubscribe, "wants no more"), (leave, "has left")])
def test_who_stops_letters_gets_none_that_wait(
    scheme: Scheme, published: int, mail, now: datetime, tmp_path: Path, stop: Callable, word: str
) -> None:
    """Stopping letters cancels the waiting and failed ones at once, with a reason; everybody else gets theirs."""
    mail.inbox.on["RCPT"] = lambda _, recipient: "550 5.2.2 Full" if recipient == "p2@x.example" else None
    with scheme.writing() as db:
        stop(db, 1, now)
        rows = db.execute("SELECT why, letter FROM messages WHERE person_id = 1 AND state = 'cancelled'").fetchall()
    assert len(rows) == 1
    assert word in rows[0][0]
    assert b"link-removed" in rows[0][1]
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    with scheme.writing() as db:
        stop(db, 2, now)
    assert letters(scheme, 2) == {"introduction": "cancelled"}
    assert actions.send_again(scheme, now, "failed") == 0
    assert len(mail.inbox.accepted) == 4


def test_marked_as_left_in_the_table(scheme: Scheme, published: int, office: Office, now: datetime) -> None:
    """The same when an organiser edits the status."""
    service.change(scheme, [Edit(1, 1, "Siân 1", {"status": "left"})], office, now)
    assert letters(scheme, 1) == {"introduction": "cancelled"}


def test_what_they_asked_for_themselves_goes_all_the_same(
    scheme: Scheme, published: int, office: Office, mail, now: datetime, tmp_path: Path
) -> None:
    """The link to one's own page is how letters are taken again, so it comes however little one wants letters.

    Nobody asks for a reminder to confirm, and who has confirmed gets none.
    """
    reader = Reader(1, "Siân", "p1@x.example")
    asked_for = [link_letter(Texts(kind), office, reader, now, tokens.mint) for kind in OPENS]
    with scheme.writing() as db:
        opt_outs.unsubscribe(db, 1, now)
        outbox.queue(db, asked_for, now)
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    sent = dict.fromkeys(OPENS, "sent") | {"confirmation reminder": "cancelled"}
    assert letters(scheme, 1) == {"introduction": "cancelled"} | sent


def test_a_letter_queued_for_somebody_who_stops_them_does_not_go(
    scheme: Scheme, published: int, mail, now: datetime, tmp_path: Path
) -> None:
    """The postman checks just before sending, so even a letter queued after the person stopped does not go."""
    with scheme.writing() as db:
        db.execute("UPDATE people SET unsubscribed_at = '2026-03-03' WHERE id = 1")
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert letters(scheme, 1) == {"introduction": "cancelled"}
    assert len(mail.inbox.accepted) == 5


def test_kept_letters_are_not_mailed_to_who_stopped_them(
    scheme: Scheme, published: int, office: Office, now: datetime
) -> None:
    """Of six letters kept as files, five are mailed after all once one person wants none."""
    folder = scheme.path.parent / "letters"
    send_due(scheme, None, folder, clock=lambda: now)
    with scheme.writing() as db:
        opt_outs.unsubscribe(db, 1, now)
    assert letters(scheme, 1) == {"introduction": "sent"}
    assert mail_after_all(scheme, folder, office, now) == 5
    assert letters(scheme, 1) == {"introduction": "cancelled"}


def test_who_stopped_letters_is_matched_anew_in_silence(
    scheme: Scheme, published: int, office: Office, now: datetime
) -> None:
    """A repair tells the others only."""
    with scheme.reading() as db:
        leaver, partner = kept.arrangement(db, published)[0][0]
    with scheme.writing() as db:
        opt_outs.unsubscribe(db, partner, now)
    proposal = repair.propose(scheme, published, [leaver], [], now)
    told = len(proposal.changed - {partner})
    assert repair.apply(scheme, proposal, office, now) == told
    assert "rematch" not in letters(scheme, partner)


@pytest.mark.parametrize(("answer", "state"), [("550 5.2.2 Full", "failed"), ("hang up", "in doubt")])
def test_letters_about_a_replaced_match_are_not_tried_again(
    scheme: Scheme, published: int, office: Office, mail, now: datetime, tmp_path: Path, answer: str, state: str
) -> None:
    """An introduction that failed or is in doubt introduces nobody any more once its match was replaced."""
    verb = "RCPT" if state == "failed" else "ACCEPTED"
    mail.inbox.on[verb] = lambda _, recipient: answer if recipient == "p1@x.example" else None
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert letters(scheme, 1) == {"introduction": state}
    with scheme.reading() as db:
        (partner,) = (set(match) - {1} for match, _ in kept.arrangement(db, published) if 1 in match)
    repair.apply(scheme, repair.propose(scheme, published, sorted(partner), [], now), office, now)
    assert actions.send_again(scheme, now, state) == 0
    assert letters(scheme, 1)["introduction"] == "cancelled"


def erase(db: Database, person: int, now: datetime) -> None:
    erasure.erase(db, person)


@pytest.mark.parametrize("stop", [unsubscribe, leave, erase])
def test_who_stops_letters_while_one_is_written_does_not_get_it(
    scheme: Scheme, published: int, office: Office, mail, now: datetime, tmp_path: Path, stop: Callable
) -> None:
    """Letters are written before the transaction that queues them, also while others are on their way."""

    def meanwhile(inbox, _) -> None:
        if inbox.seen["END"] == 2:
            written = actions.letters_to_round(scheme, office, published, "reminder", now)
            with scheme.writing() as db:
                stop(db, 1, now)
            with scheme.writing() as db:
                outbox.queue(db, written, now)

    mail.inbox.on["END"] = meanwhile
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    with scheme.reading() as db:
        [[waiting]] = db.execute("SELECT count(*) FROM messages WHERE state IN ('waiting', 'sending')").fetchall()
        reminded = db.execute("SELECT person_id FROM messages WHERE kind = 'reminder' AND state = 'sent'").fetchall()
    assert waiting == 0
    assert sorted(reminded) == [(person,) for person in range(2, 7)]
