"""The app's automatic chores."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from coffee.automation import chores
from coffee.automation.chores import Chores
from coffee.config.environment import Environment
from coffee.mail.post.postman import post
from coffee.scheme import Scheme, erasure, link_requests, people, room, settings, suggestions
from tests.changes import version_of


def test_nothing_is_written_while_nothing_is_due(scheme: Scheme, now: datetime) -> None:
    """The app looks once a second, and for a minute a look that finds nothing to do leaves the file as it was."""
    with scheme.writing() as db:
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}, now=now)
    environment = Environment(scheme.path, "https://coffee.example")
    chores.do(scheme, environment, now)
    with version_of(scheme) as version:
        before = version()
        for seconds in range(60):
            assert chores.do(scheme, environment, now + timedelta(seconds=seconds)) == []
        assert version() == before


def test_a_letter_that_was_asked_for_is_written(scheme: Scheme, now: datetime) -> None:
    """Somebody who asked for their page has the letter on its way, signed as Settings and environment say."""
    environment = Environment(scheme.path, "https://coffee.example", sender="Olu <olu@coffee.example>")
    with scheme.writing() as db:
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}, now=now)
        link_requests.ask(db, "ann@x.example", now)
    chores.do(scheme, environment, now + timedelta(seconds=5))
    with scheme.reading() as db:
        [[letter]] = db.execute("SELECT letter FROM messages").fetchall()
    assert letter.startswith(b"From: Olu <olu@coffee.example>\r\n")


def test_who_never_confirmed_is_forgotten_but_not_who_was_drawn(scheme: Scheme, now: datetime) -> None:
    """After thirty days; whoever takes part, or did, stays."""
    with scheme.writing() as db:
        for status in ("unconfirmed", "active", "left"):
            details = {"name": status, "email": f"{status}@x.example", "organisation": "Fife"}
            people.add(db, details, now=now, status=status)
        drawn, left_out = (
            people.add(
                db, {"name": name, "email": f"{name}@x.example", "organisation": "Fife"}, now=now, status="unconfirmed"
            )
            for name in ("drawn", "left out")
        )
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'closed', 1, '')")
        db.execute("INSERT INTO matches (id, round_id) VALUES (1, 1)")
        db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, ?, 1, 'Fife')", [drawn])
        db.execute("INSERT INTO left_out (round_id, person_id) VALUES (1, ?)", [left_out])
    for days, left in ((29, 5), (31, 4), (32, 4)):
        chores.do(scheme, Environment(scheme.path, "https://coffee.example"), now + timedelta(days=days))
        with scheme.reading() as db:
            assert db.table("people").count == left


def test_nothing_is_deleted_because_the_clock_is_wrong(scheme: Scheme, now: datetime) -> None:
    """A year ahead for an hour, over restarts and whoever does the chores, it deletes no sign-up, no doubted name and
    no suggestion; after that they go when they are old indeed. After a pause of three months they go a day later."""
    environment, leap = Environment(scheme.path, "https://coffee.example"), now + timedelta(days=365)
    with scheme.writing() as db:
        _, bob = (
            people.add(db, {"name": name, "email": f"{name}@x.example", "organisation": "Fife"}, now=now, status=status)
            for name, status in (("ann", "unconfirmed"), ("bob", "active"))
        )
        room.open_room(db, now)
        room.doubt(db, bob, "Robert")
        suggestions.suggest(db, bob, dict.fromkeys(suggestions._FIELDS, "typed"), now)

    def left() -> tuple[int, int, bool]:
        with scheme.reading() as db:
            return (
                db.table("people").count, db.table("suggestions").count, "Robert" in str(settings.get(db, "room"))
            )  # fmt: skip

    for moment in (now, leap, leap + timedelta(minutes=1), leap + timedelta(hours=1), now + timedelta(hours=1)):
        chores.do(scheme, environment, moment)
        Chores(scheme, environment, lambda moment=moment: moment).look()  # type: ignore[misc]
        assert left() == (2, 1, True)
    for hours in range(2, 24 * 32):
        chores.do(scheme, environment, now + timedelta(hours=hours))
    assert left() == (1, 0, False)

    with scheme.writing() as db:
        people.add(db, {"name": "Zeb", "email": "z@x.example", "organisation": "Fife"}, now=now, status="unconfirmed")
    back = now + timedelta(days=120)
    for hours, there in ((0, 2), (23, 2), (24, 1)):
        for hour in range(max(0, hours - 22), hours + 1):
            chores.do(scheme, environment, back + timedelta(hours=hour))
        assert left()[0] == there


def files(scheme: Scheme) -> list[str]:
    return sorted(path.name.partition("@")[0] for path in scheme.path.parent.glob("letters/*.eml"))


def test_nothing_of_who_is_forgotten_or_erased_is_left_in_a_file(scheme: Scheme, now: datetime) -> None:
    """Letters kept as files go with whoever never confirmed; and with whoever was erased, once the app starts again,
    when it ended before it could delete them. Others' stay."""
    environment = Environment(scheme.path, "https://coffee.example")
    with scheme.writing() as db:
        for name, status in (("ann", "active"), ("bob", "active"), ("zeb", "unconfirmed")):
            details = {"name": name, "email": f"{name}@x.example", "organisation": "Fife"}
            people.add(db, details, now=now, status=status)
            link_requests.ask(db, f"{name}@x.example", now)
    chores.do(scheme, environment, now, after=timedelta())
    post(scheme, environment, lambda: now)
    assert files(scheme) == ["confirmation-zeb", "own page-ann", "own page-bob"]
    chores.do(scheme, environment, now + timedelta(days=31))
    assert files(scheme) == ["own page-ann", "own page-bob"]
    with scheme.writing() as db:
        erasure.erase(db, 2)
    Chores(scheme, environment, lambda: now).look()
    assert files(scheme) == ["own page-ann"]


def test_who_joined_in_a_room_is_sent_home_once_letters_can_reach_them(scheme: Scheme, now: datetime) -> None:
    """Without a mail server, or a sender, nobody can confirm, so nobody is left out of draws for that.

    When they are, a letter brings the link to confirm by, also if an earlier one never left this machine.
    """
    with scheme.writing() as db:
        details = {"name": "Bob", "email": "bob@x.example", "organisation": "Fife"}
        room.open_room(db, now)
        room.enter(db, people.add(db, details, now=now), proven=False)
        link_requests.ask(db, "bob@x.example", now)
    mailless = Environment(scheme.path, "https://coffee.example")
    unsigned = replace(mailless, smtp_url="smtp://mail.example:25")
    signed = replace(unsigned, sender="Olu <olu@coffee.example>")
    for environment, status in ((mailless, "active"), (unsigned, "active"), (signed, "unconfirmed")):
        chores.do(scheme, environment, now + timedelta(hours=3))
        with scheme.reading() as db:
            assert [row["status"] for row in db.table("people").rows] == [status]
    chores.do(scheme, signed, now + timedelta(hours=4))
    with scheme.reading() as db:
        kinds = [row["kind"] for row in db.table("messages").rows]
    assert kinds == ["confirmation"] * 2


def test_a_name_that_was_doubted_in_a_room_is_forgotten_with_it(scheme: Scheme, now: datetime) -> None:
    """Three hours after the room opened what somebody typed for another's address is in the scheme no more."""
    with scheme.writing() as db:
        details = {"name": "Bob", "email": "bob@x.example", "organisation": "Fife"}
        bob = people.add(db, details, now=now)
        room.open_room(db, now)
        room.doubt(db, bob, "Robert")
    for hours, kept in ((2, True), (3, False)):
        chores.do(scheme, Environment(scheme.path, "https://coffee.example"), now + timedelta(hours=hours))
        with scheme.reading() as db:
            assert ("Robert" in str(settings.get(db, "room"))) == kept


def test_what_goes_wrong_with_letters_holds_up_nothing_else(scheme: Scheme, now: datetime) -> None:
    """Whatever fault of ours stops the letters, it is raised, and who never confirmed is forgotten all the same."""
    with scheme.writing() as db:
        details = {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}
        people.add(db, details, now=now - timedelta(days=31), status="unconfirmed")
    with pytest.raises(TypeError):
        chores.do(scheme, Environment(scheme.path, "https://coffee.example"), now, after=None)  # type: ignore[arg-type]
    with scheme.reading() as db:
        assert db.table("people").count == 0


def test_a_look_at_which_all_is_well_says_so(scheme: Scheme, now: datetime) -> None:
    """Else the app would look once a minute only, and who joins would wait that long for the letter."""
    assert Chores(scheme, Environment(scheme.path, "https://coffee.example"), lambda: now).look()
