"""Fixtures for participants' pages: a scheme in which two people have been put in touch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from secrets import token_hex
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from coffee.automation.chores import forget_doubted, forget_suggestions, forget_unconfirmed, send_home
from coffee.mail.letters.letter import Office
from coffee.mail.letters.proof_reminder import remind
from coffee.mail.post.requested import AFTER, write_asked
from coffee.scheme import Scheme, room, tokens
from coffee.scheme.tokens import Purpose
from coffee.web.participants.routes import participant_routes


def plain(letter: EmailMessage) -> str:
    """Return the plain text of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass(frozen=True)
class Pair:
    """Ada (Devon) and Grace (Leeds), introduced to each other in round 1."""

    match_id: int
    ada: int
    grace: int


def person(db: Database, name: str, organisation: str, now: datetime, **columns: object) -> int:
    """Add a person, active unless told otherwise, and return their id."""
    email = f"{name.split()[0].lower()}@example.org"
    row = {"identity": email, "name": name, "email": email, "organisation": organisation, "joined_at": now.isoformat()}
    return int(db.table("people").insert(row | columns).last_pk or 0)


def round_of(db: Database, number: int, now: datetime, *people: int, state: str = "published") -> int:
    """Publish a round with one match of these people, and return the match's id."""
    times = {"drawn_at": now.isoformat(), "published_at": now.isoformat()}
    round_id = db.table("rounds").insert({"number": number, "state": state, "seed": 1, **times}).last_pk
    match_id = db.table("matches").insert({"round_id": round_id}).last_pk
    for position, person_id in enumerate(people, 1):
        organisation = db.execute("SELECT organisation FROM people WHERE id = ?", [person_id]).fetchone()[0]
        seat = {"match_id": match_id, "person_id": person_id, "position": position, "organisation": organisation}
        db.table("seats").insert(seat)
    return int(match_id)  # type: ignore[arg-type]


@pytest.fixture
def pair(scheme: Scheme, now: datetime) -> Pair:
    """Ada and Grace, introduced to each other in round 1."""
    with scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon County Council", now, phone="+44 1392 496000", chat_id="ada.l")
        grace = person(db, "Grace Hopper", "Leeds City Council", now, phone="+44 113 496 0000")
        return Pair(round_of(db, 1, now, ada, grace), ada, grace)


OFFICE = Office("https://coffee.example", "Olu Organiser", "olu@coffee.example", "Coffee & Co")


@dataclass(frozen=True)
class Site:
    """Participants' pages of a scheme, a browser without cookies or scripts, and a clock that tests set."""

    scheme: Scheme
    browser: TestClient
    clock: list[datetime]
    app: Starlette
    office: Office = OFFICE

    def somebody_else(self) -> TestClient:
        """A browser at a network address that no other browser here has."""
        return self.at(token_hex(8))

    def at(self, host: str) -> TestClient:
        """A browser at this network address."""
        return TestClient(self.app, client=(host, 1), follow_redirects=False)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def later(self, **by: float) -> None:
        """Let time pass and run the app's background chores."""
        self.write_asked()
        self.clock[0] += timedelta(**by)
        forget_unconfirmed(self.scheme, self.now)
        send_home(self.scheme, lambda _: self.office, self.now)
        forget_doubted(self.scheme, self.now)
        forget_suggestions(self.scheme, self.now)
        remind(self.scheme, lambda _: self.office, self.now)

    def link(self, purpose: Purpose, person_id: int, match_id: int | None = None) -> str:
        """The path of a new link for this purpose."""
        with self.scheme.writing() as db:
            return f"/p/{purpose}/{tokens.new(db, purpose, person_id, match_id, now=self.now)}"

    def write_asked(self) -> None:
        """Write the letters that were asked for, as the app does within a second."""
        write_asked(self.scheme, lambda _: OFFICE, self.now + AFTER)

    def letters(self) -> list[EmailMessage]:
        """The queued letters, oldest first, as a mail program reads them. Write those asked for first."""
        self.write_asked()
        with self.scheme.reading() as db:
            rows = db.execute("SELECT letter FROM messages ORDER BY id").fetchall()
        return [message_from_bytes(row[0], policy=policy.default) for row in rows]

    def linked(self, letter: EmailMessage) -> str:
        """The path of the link in a letter."""
        path = re.search(r"https://coffee\.example(/p/\S+?)[)>\s]", plain(letter))
        assert path is not None
        return path[1]

    def row(self, person_id: int) -> dict[str, Any]:
        """A person's row in the scheme."""
        with self.scheme.reading() as db:
            return dict(db.table("people").get(person_id))


@pytest.fixture
def site(scheme: Scheme, now: datetime) -> Iterator[Site]:
    """The pages, served by a real Starlette application."""
    yield from serve(scheme, now, OFFICE)


@pytest.fixture
def mailless(scheme: Scheme, now: datetime) -> Iterator[Site]:
    """The same pages for a scheme without a mail server, whose letters stay on this machine."""
    yield from serve(scheme, now, replace(OFFICE, letters_leave=False))


@pytest.fixture
def unsigned(scheme: Scheme, now: datetime) -> Iterator[Site]:
    """The same pages before anybody has set a sender for letters."""
    yield from serve(scheme, now, replace(OFFICE, name="", address=""))


def serve(scheme: Scheme, now: datetime, office: Office) -> Iterator[Site]:
    clock = [now]
    app = Starlette(routes=participant_routes(scheme, lambda _: office, lambda: clock[0]))
    with TestClient(app, follow_redirects=True) as browser:
        yield Site(scheme, browser, clock, app, office)


def named_faults(page: str) -> list[str]:
    """The fields in a page's error summary, in order. Check that each sentence names its field's label."""
    faults = re.findall(r'<li><a href="#(\w+)">(.*?)</a></li>', page)
    labels = dict(re.findall(r'<label for="(\w+)">(.*?)</label>', page))
    assert all(f"“{labels[name]}”" in sentence for name, sentence in faults), faults
    return [name for name, _ in faults]


@pytest.fixture
def code(site: Site) -> Any:
    """The code of a room that the organiser has opened."""
    site.browser.post("/screen")
    with site.scheme.reading() as db:
        return room.is_open(db, site.now)
