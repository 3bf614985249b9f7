"""Letters that somebody asked for on our pages, and that the app writes a moment later."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from coffee.automation.chores import Chores
from coffee.config.environment import Environment
from coffee.mail.letters import wording
from coffee.mail.letters.letter import Office
from coffee.mail.letters.proof_reminder import remind
from coffee.mail.post import outbox
from coffee.mail.post.postman import Postman
from coffee.mail.post.requested import AFTER, AT_ONCE, PATIENCE, write_asked
from coffee.mail.post.sending import send_due, utc_now
from coffee.scheme import Scheme, addresses, erasure, link_requests, people, settings, tokens
from coffee.watch import stop
from tests.changes import version_of
from tests.mail.conftest import Mail
from tests.running import comes


@pytest.fixture
def ann(scheme: Scheme, now: datetime) -> int:
    """Ann, who takes part."""
    with scheme.writing() as db:
        return people.add(db, {"name": "Ann", "email": "Ann@x.example", "organisation": "Fife"}, now=now)


def ask(scheme: Scheme, now: datetime, *emails: str) -> None:
    with scheme.writing() as db:
        for email in emails:
            link_requests.ask(db, email, now)


def written(scheme: Scheme) -> list[tuple[str, str]]:
    """The letters there are, by address and kind, oldest first."""
    with scheme.reading() as db:
        return db.execute("SELECT recipient, kind FROM messages ORDER BY id").fetchall()


def noted(scheme: Scheme) -> int:
    with scheme.reading() as db:
        return int(db.execute("SELECT count(*) FROM asked").fetchone()[0])


@pytest.mark.usefixtures("ann")
def test_a_letter_is_written_once_a_moment_later(scheme: Scheme, office: Office, now: datetime) -> None:
    """Not at once, so that whoever asks at the same time is answered first; then once, however often it was asked."""
    ask(scheme, now, "ann@x.example", "ANN@X.EXAMPLE")
    write_asked(scheme, lambda _: office, now + AFTER / 2)
    assert written(scheme) == []
    for _ in range(2):
        write_asked(scheme, lambda _: office, now + AFTER)
        assert written(scheme) == [("Ann@x.example", "own page")]
    assert noted(scheme) == 0


@pytest.mark.usefixtures("ann")
def test_a_second_click_sends_no_second_letter(scheme: Scheme, office: Office, now: datetime) -> None:
    """Within ten minutes; later somebody who asks again did not get the first."""
    for minutes, letters in ((0, 1), (5, 1), (15, 2)):
        then = now + timedelta(minutes=minutes)
        ask(scheme, then, "ann@x.example")
        write_asked(scheme, lambda _: office, then + AFTER)
        assert len(written(scheme)) == letters
    assert timedelta(minutes=5) < PATIENCE < timedelta(minutes=15)


def test_strangers_are_forgotten(scheme: Scheme, office: Office, now: datetime) -> None:
    """An address that nobody has gets no letter, and nothing of it is kept."""
    ask(scheme, now, "stranger@x.example")
    write_asked(scheme, lambda _: office, now + AFTER)
    assert written(scheme) == []
    assert noted(scheme) == 0


def test_an_erased_person_is_forgotten_here_too(scheme: Scheme, now: datetime, ann: int) -> None:
    """Erasure takes both addresses, the one of today and the wanted one, out of what is still to be written."""
    with scheme.writing() as db:
        addresses.want(db, ann, "Ann@new.example", now)
    ask(scheme, now, "ann@x.example", "ann@new.example", "ben@x.example")
    with scheme.writing() as db:
        erasure.erase(db, ann)
    with scheme.reading() as db:
        assert db.execute("SELECT identity FROM asked").fetchall() == [("ben@x.example",)]


def test_a_wish_for_another_address_makes_one_letter(scheme: Scheme, office: Office, now: datetime, ann: int) -> None:
    """Whoever reads a mistyped address cannot ask for more links to the page; whoever wishes again gets another."""
    for hours in (0, 1, 24 * 400):
        then = now + timedelta(hours=hours)
        if hours == 0:
            with scheme.writing() as db:
                addresses.want(db, ann, "Typo@x.example", now)
        ask(scheme, then, "typo@x.example")
        write_asked(scheme, lambda _: office, then + AFTER)
        assert written(scheme) == [("Typo@x.example", "new address")]
    with scheme.writing() as db:
        addresses.want(db, ann, "Typo@x.example", then)
        link_requests.ask(db, "typo@x.example", then)
    write_asked(scheme, lambda _: office, then + AFTER)
    assert len(written(scheme)) == 2


def test_nobody_has_a_strangers_mailbox_filled(scheme: Scheme, office: Office, now: datetime, ann: int) -> None:
    """An address gets at most five such letters a day, even with requests for others in between."""
    for hour in range(8):
        then = now + timedelta(hours=hour)
        with scheme.writing() as db:
            for email in ("else@x.example", "victim@x.example"):
                addresses.want(db, ann, email, then)
            link_requests.ask(db, "victim@x.example", then)
        write_asked(scheme, lambda _: office, then + AFTER)
    assert written(scheme) == [("victim@x.example", "new address")] * 5


def test_asking_again_changes_the_file_as_asking_first_does(scheme: Scheme, now: datetime) -> None:
    """Else the disk would have nothing to flush, and the time it takes to answer would tell."""
    with version_of(scheme) as version:
        for milliseconds in range(3):
            before = version()
            ask(scheme, now + timedelta(milliseconds=milliseconds), "ann@x.example")
            assert version() != before


@pytest.mark.usefixtures("ann")
def test_a_clock_that_was_put_back_holds_up_nobody_who_asks_again(
    scheme: Scheme, office: Office, now: datetime
) -> None:
    """Requests noted by a clock that ran ahead do not delay later ones."""
    ask(scheme, now + timedelta(days=1), "ann@x.example")
    ask(scheme, now, "ann@x.example")
    write_asked(scheme, lambda _: office, now + AFTER)
    assert written(scheme) == [("Ann@x.example", "own page")]


@pytest.mark.usefixtures("ann")
def test_while_nobody_signs_letters_they_wait(scheme: Scheme, office: Office, now: datetime) -> None:
    """Nothing is lost when the sender is taken out of Settings: the letter is written once there is one again."""
    ask(scheme, now, "ann@x.example")
    write_asked(scheme, lambda _: replace(office, address=""), now + AFTER)
    assert (written(scheme), noted(scheme)) == ([], 1)
    write_asked(scheme, lambda _: office, now + timedelta(days=1))
    assert written(scheme) == [("Ann@x.example", "own page")]


@pytest.mark.usefixtures("ann")
def test_words_that_fit_somebody_elses_name_only(scheme: Scheme, office: Office, now: datetime) -> None:
    """A letter falls back to our wording if the organiser's cannot be filled for its reader."""
    wording.keep(scheme, "own page", "Subject: Hello {{ name.split()[1] }}\n\nOurs: {{ my_page }}\n")
    ask(scheme, now, "ann@x.example")
    write_asked(scheme, lambda _: office, now + AFTER)
    with scheme.reading() as db:
        [[letter]] = db.execute("SELECT letter FROM messages").fetchall()
    assert b"Hello Ann" in letter
    assert b"Ours:" not in letter


def test_a_whole_hall_gets_its_letters_those_first_who_came_first(
    scheme: Scheme, office: Office, now: datetime
) -> None:
    """Every request of a crowd is answered in order, and others wait no longer than a few letters take."""
    many = [f"person{number:02}@x.example" for number in range(2 * AT_ONCE + 1)]
    with scheme.writing() as db:
        for number, email in enumerate(reversed(many)):
            people.add(db, {"name": "Ann", "email": email, "organisation": "Fife"}, now=now, status="unconfirmed")
            link_requests.ask(db, email, now + timedelta(milliseconds=number))
    write_asked(scheme, lambda _: office, now + timedelta(seconds=2))
    assert written(scheme) == [(email, "confirmation") for email in reversed(many)]


def test_whoever_saves_something_meanwhile_gets_their_turn(scheme: Scheme, office: Office, now: datetime) -> None:
    """While the letters of a hall are written, others save in between: most of the time the file is free."""
    batches = 12
    with scheme.writing() as db:
        for number in range(batches * AT_ONCE):
            people.add(db, {"name": "Ann", "email": f"{number}@x.example", "organisation": "Fife"}, now=now)
            link_requests.ask(db, f"{number}@x.example", now)
    saved, over = 0, threading.Event()

    def save() -> None:
        nonlocal saved
        while not over.is_set():
            with scheme.writing() as db:
                settings.put(db, "title", f"Coffee {saved}")
            saved += 1
            over.wait(0.005)

    other = threading.Thread(target=save)
    other.start()
    write_asked(scheme, lambda _: office, now + AFTER)
    over.set()
    other.join()
    assert saved >= batches / 2
    assert noted(scheme) == 0


def changing(scheme: Scheme, office: Office, change: Callable[[Database], object]) -> Callable[[Database], Office]:
    """An office that is asked for while a letter is written, and somebody makes this change at that moment, once."""
    left = [change]

    def found(_: Database) -> Office:
        while left:
            with scheme.writing() as db:
                left.pop()(db)
        return office

    return found


def test_who_changes_while_the_letter_is_written_gets_it_as_they_are_now(
    scheme: Scheme, office: Office, now: datetime, ann: int
) -> None:
    """One letter, with today's name."""
    ask(scheme, now, "ann@x.example")
    renamed = changing(scheme, office, lambda db: db.execute("UPDATE people SET name = 'Anna' WHERE id = ?", [ann]))
    write_asked(scheme, renamed, now + AFTER)
    with scheme.reading() as db:
        [[letter]] = db.execute("SELECT letter FROM messages").fetchall()
    assert b"Hello Anna," in letter


def wish_again(db: Database, ann: int) -> None:
    addresses.want(db, ann, "right@x.example", datetime.now(UTC))


@pytest.mark.parametrize("change", [erasure.erase, wish_again])
def test_a_wish_that_is_gone_while_its_letter_is_written_sends_none(
    scheme: Scheme, office: Office, now: datetime, ann: int, change: Callable[[Database, int], object]
) -> None:
    """Nobody at a mistyped address gets a link to the page of somebody who has mended or left it meanwhile."""
    with scheme.writing() as db:
        addresses.want(db, ann, "typo@x.example", now)
        link_requests.ask(db, "typo@x.example", now)
    write_asked(scheme, changing(scheme, office, lambda db: change(db, ann)), now + AFTER)
    assert written(scheme) == []
    with scheme.reading() as db:
        assert db.table("tokens").count == 0
    assert noted(scheme) == 0


def test_who_waits_for_a_letter_does_not_wait_for_a_round(
    scheme: Scheme, mail: Mail, a_letter: Callable, tmp_path: Path
) -> None:
    """While a round's letters leave one a second, a letter that is asked for overtakes most of them."""
    gone = threading.Semaphore(0)
    sender = "Olu <olu@coffee.example>"
    environment = Environment(tmp_path / "coffee.db", "https://coffee.example", smtp_url=mail.url(), sender=sender)
    mail.inbox.on["ACCEPTED"] = lambda *_: gone.release()
    with scheme.writing() as db:
        settings.put(db, "letters_per_minute", 60)
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}, now=utc_now())
        outbox.queue(db, [a_letter() for _ in range(60)], utc_now())
    watches = Chores(scheme, environment, utc_now), Postman(scheme, environment, utc_now)
    for watch in watches:
        watch.start()
    assert gone.acquire(timeout=20)
    with scheme.writing() as db:
        link_requests.ask(db, "ann@x.example", utc_now() - AFTER)
    assert comes(lambda: any(b"To: Ann <ann@x.example>" in letter for letter in mail.inbox.accepted))
    stop(watches)
    assert len(mail.inbox.accepted) < 30


def test_addresses_that_take_no_letters_hold_up_no_round(
    scheme: Scheme, mail: Mail, a_letter: Callable, office: Office, now: datetime, tmp_path: Path
) -> None:
    """Strangers whose address the server refuses wait behind the letters that it takes, however many they are."""
    mail.inbox.on["RCPT"] = lambda _, to: "550 5.7.1 Relaying denied" if to.endswith("@out.example") else None
    with scheme.writing() as db:
        outbox.queue(db, [a_letter(email=f"p{number}@in.example") for number in range(20)], now)
        for number in range(12):
            details = {"name": "Stranger", "email": f"s{number}@out.example", "organisation": "Fife"}
            people.add(db, details, now=now, status="unconfirmed")
            link_requests.ask(db, f"s{number}@out.example", now - AFTER)
    write_asked(scheme, lambda _: office, now)
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert len(mail.inbox.accepted) == 20


def test_tags_fill_no_mailbox(scheme: Scheme, office: Office, now: datetime) -> None:
    """Six hundred who join with tags of one mailbox bring it five letters that day, and five the next."""
    with scheme.writing() as db:
        for number in range(600):
            email = f"Vic{'.' * (number % 2)}tim+{number}@g{'oogle' * (number % 3 == 0)}mail.com"
            people.add(db, {"name": "V", "email": email, "organisation": "Fife"}, now=now, status="unconfirmed")
            link_requests.ask(db, email, now)
        link_requests.ask(db, "ann@x.example", now)
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}, now=now)
    write_asked(scheme, lambda _: office, now + AFTER)
    assert [kind for _, kind in written(scheme)].count("confirmation") == 5
    assert ("ann@x.example", "own page") in written(scheme)
    assert noted(scheme) == 0
    tomorrow = now + timedelta(days=1, minutes=1)
    ask(scheme, tomorrow, *(f"victim+{number}@gmail.com" for number in range(2, 600, 6)))
    write_asked(scheme, lambda _: office, tomorrow + AFTER)
    assert len(written(scheme)) == 11


def test_letters_of_every_kind_count_for_a_mailbox(scheme: Scheme, office: Office, now: datetime, ann: int) -> None:
    """Links to a page, addresses to confirm and sign-ups share the five, reminders of them among them."""
    with scheme.writing() as db:
        for number in range(4):
            email = f"ann+{number}@x.example"
            people.add(db, {"name": "A", "email": email, "organisation": "Fife"}, now=now, status="unconfirmed")
            link_requests.ask(db, email, now)
        addresses.want(db, ann, "ann+new@x.example", now)
        link_requests.ask(db, "ann+new@x.example", now)
        link_requests.ask(db, "ann@x.example", now + timedelta(seconds=1))
    write_asked(scheme, lambda _: office, now + timedelta(seconds=2))
    assert sorted(kind for _, kind in written(scheme)) == ["confirmation"] * 4 + ["new address"]
    later = now + timedelta(days=3)
    for _ in range(6):
        remind(scheme, lambda _: office, later)
    assert [kind for _, kind in written(scheme)].count("confirmation reminder") == 4
    for number in range(4, 8):
        with scheme.writing() as db:
            email = f"ann+{number}@x.example"
            people.add(db, {"name": "A", "email": email, "organisation": "Fife"}, now=later, status="unconfirmed")
            link_requests.ask(db, email, later)
    write_asked(scheme, lambda _: office, later + AFTER)
    assert len(written(scheme)) == 5 + 5


def test_who_was_sent_no_letter_to_confirm_by_is_not_reminded(scheme: Scheme, office: Office, now: datetime) -> None:
    """Else hundreds of tags of one mailbox would bring it a reminder each, day after day."""
    with scheme.writing() as db:
        for number in range(40):
            email = f"victim+{number}@x.example"
            people.add(db, {"name": "V", "email": email, "organisation": "Fife"}, now=now, status="unconfirmed")
            link_requests.ask(db, email, now)
    write_asked(scheme, lambda _: office, now + AFTER)
    for day in range(2, 12):
        for _ in range(7):
            remind(scheme, lambda _: office, now + timedelta(days=day))
    assert [kind for _, kind in written(scheme)].count("confirmation reminder") == 5


def test_who_made_their_links_dead_gets_one_from_a_full_mailbox_too(
    scheme: Scheme, office: Office, now: datetime, ann: int
) -> None:
    """Else they could not get at their page until tomorrow."""
    for hour in range(7):
        then = now + timedelta(hours=hour)
        ask(scheme, then, "ann@x.example")
        write_asked(scheme, lambda _: office, then + AFTER)
    assert len(written(scheme)) == 5
    with scheme.writing() as db:
        tokens.revoke(db, ann, "me")
        link_requests.ask(db, "ann@x.example", then)
    write_asked(scheme, lambda _: office, then + AFTER)
    assert len(written(scheme)) == 6


def strangers_ask(scheme: Scheme, office: Office, count: int, now: datetime) -> None:
    """So many people join, each with a mailbox of their own, and their letters are written."""
    with scheme.writing() as db:
        for _ in range(count):
            email = f"{secrets.token_hex(8)}@x.example"
            people.add(db, {"name": "S", "email": email, "organisation": "Fife"}, now=now, status="unconfirmed")
            link_requests.ask(db, email, now - AFTER)
    write_asked(scheme, lambda _: office, now)


def queue_round(scheme: Scheme, a_letter: Callable, count: int, now: datetime) -> None:
    with scheme.writing() as db:
        outbox.queue(db, [a_letter(email="reader@round.example") for _ in range(count)], now)


def of_the_round(mail: Mail) -> list[bool]:
    """True for each letter of the round that arrived, False for each that a stranger asked for."""
    return [b"reader@round.example" in letter for letter in mail.inbox.accepted]


def test_letters_that_strangers_ask_for_leave_a_round_its_half(
    scheme: Scheme, mail: Mail, a_letter: Callable, office: Office, now: datetime, tmp_path: Path
) -> None:
    """Requested letters never outnumber those of the round that waits behind them."""
    strangers_ask(scheme, office, 60, now)
    queue_round(scheme, a_letter, 30, now + timedelta(seconds=1))
    send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(seconds=1))
    assert of_the_round(mail) == [False, True] * 30 + [False] * 30


def test_strangers_who_had_half_of_the_day_wait_for_a_round(
    scheme: Scheme, mail: Mail, a_letter: Callable, office: Office, now: datetime, tmp_path: Path
) -> None:
    """After half of the day's letters were requested ones, the round goes first until it has had as many.

    A day later the count starts again.
    """
    for later, expected in (
        (timedelta(0), [False] * 20),
        (timedelta(hours=1), [True] * 15 + [False] * 20),
        (timedelta(hours=26), [False, True] * 15 + [False] * 5),
    ):
        gone = len(mail.inbox.accepted)
        strangers_ask(scheme, office, 20, now + later)
        queue_round(scheme, a_letter, 15 if later else 0, now + later)
        send_due(scheme, mail.server, tmp_path, clock=partial(lambda at: at, now + later))
        assert of_the_round(mail)[gone:] == expected
