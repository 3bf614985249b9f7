"""A dry run: letters read before they are written."""

import re
from datetime import datetime

import pytest

from coffee.mail.letters.batch import NOWHERE, Batch
from coffee.mail.letters.invitation import invitations, invite, read_list
from coffee.mail.letters.letter import Office
from coffee.mail.letters.news import news_of, write_news
from coffee.mail.letters.reader import Reader
from coffee.mail.post import actions
from coffee.rounds import life
from coffee.scheme import Scheme, people
from coffee.scheme import rounds as kept


@pytest.fixture
def drawn(scheme: Scheme, now: datetime) -> int:
    """A draft of five people."""
    with scheme.writing() as db:
        for n in range(5):
            details = {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"Council {n}"}
            people.add(db, details, now=now)
    return life.generate(scheme, now, seed=1)


def publish(scheme: Scheme, office: Office, round_id: int, now: datetime) -> None:
    with scheme.reading() as db:
        version = kept.get(db, round_id).version
    life.publish(scheme, round_id, version, office, now)


def counts(scheme: Scheme) -> list[int]:
    with scheme.reading() as db:
        return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("messages", "tokens")]


def blank(letter: bytes) -> bytes:
    """A letter without what is made anew each time: tokens, Message-ID and the boundaries between its parts."""
    letter = re.sub(rb"(/p/\w+/)[\w-]{43}", rb"\1", letter)
    return re.sub(rb"(?m)^(Message-ID: <)[\w-]+|=={5,}[\w=]+", rb"\1", letter)


def test_every_introduction_as_it_will_go(scheme: Scheme, office: Office, drawn: int, now: datetime) -> None:
    """The dry run shows each letter exactly as publishing queues it, except its links; showing writes nothing."""
    batch = life.to_introduce(scheme, drawn, office, now)
    shown = [batch.preview(position) for position in range(len(batch))]
    assert counts(scheme) == [0, 0]
    publish(scheme, office, drawn, now)
    with scheme.reading() as db:
        queued = db.execute("SELECT recipient, letter FROM messages ORDER BY id").fetchall()
    assert [(one.recipient, blank(one.letter)) for one in shown] == [(to, blank(letter)) for to, letter in queued]
    assert all(NOWHERE.encode() in one.letter for one in shown)
    assert not any(NOWHERE.encode() in letter for _, letter in queued)


@pytest.mark.parametrize("kind", ["reminder", "feedback", "news", "invitation"])
def test_whom_the_dry_run_names_gets_a_letter(scheme, office, drawn: int, now, kind: str) -> None:
    """The dry run of a kind names those who get it, and nobody who has had it."""
    publish(scheme, office, drawn, now)
    guests = read_list("p0@x.example, new@x.example, other@x.example")
    batch_of, write = {
        "news": (lambda: news_of(scheme, office, drawn, now), lambda: write_news(scheme, office, drawn, now)),
        "invitation": (lambda: invitations(scheme, office, guests, now), lambda: invite(scheme, office, guests, now)),
    }.get(
        kind,
        (
            lambda: actions.to_round(scheme, office, drawn, kind, now),
            lambda: actions.write_to_round(scheme, office, drawn, kind, now),
        ),
    )
    named = sorted(reader.email for reader in batch_of().readers)
    write()
    with scheme.reading() as db:
        wrote = [to for (to,) in db.execute("SELECT recipient FROM messages WHERE kind = ? ORDER BY recipient", [kind])]
    assert named == wrote
    assert len(named) == (2 if kind == "invitation" else 5)
    assert len(batch_of()) == 0


def test_only_the_letter_looked_at_is_composed() -> None:
    """Reading one of five thousand letters composes one; a person is found by a part of name, address or place."""
    composed = []

    def compose(position, mint):
        composed.append((position, mint()))

    readers = tuple(
        Reader(n, f"Siân {n}", f"p{n}@x.example", ("Bath", "York")[n % 2] + " Council") for n in range(5_000)
    )
    batch = Batch(readers, compose)
    assert batch.matching("SIÂN 4999") == batch.matching("p4999@") == [4999]
    assert len(batch.matching("council york")) == 2_500
    assert batch.matching("nobody") == []
    batch.preview(4999)
    assert composed == [(4999, NOWHERE)]
