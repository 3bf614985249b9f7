"""Erasing a person: nothing that names them is left in any file of the scheme."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from coffee.scheme import NotThere, Scheme, apart, erasure, imports, people, settings

TODAY = date(2026, 3, 3)
# Spelt so that no other text of the file contains them by chance.
TRACES = [
    b"Zyxwina",
    b"Quuxley",
    b"zyx@quux.example",
    b"Zyx@Quux.example",
    b"+44 1632 960999",
    b"live:zyxq",
    b"Grommeteer",
]
ZYX = {
    "name": "Zyxwina Quuxley", "email": "Zyx@Quux.example", "organisation": "Devon", "phone": "+44 1632 960999",
    "chat_id": "live:zyxq", "role": "Grommeteer", "topics": "Quuxley's grommets", "extra": {"Boss": "Quuxley senior"},
}  # fmt: skip


def letter(db: Database, key: str, person: int | None, to: str, state: str, match: int | None = 1) -> None:
    db.execute(
        """INSERT INTO messages (key, kind, round_id, match_id, person_id, recipient, subject, message_id, state, why,
               queued_at, due_at, letter)
           VALUES (?, 'introduction', 1, ?, ?, ?, 'Meet Zyxwina Quuxley', ?, ?, 'zyx@quux.example: 550', '', '', ?)""",
        [
            key,
            match,
            person,
            to,
            f"<{key.partition(':')[0]}@x>",
            state,
            b"Dear friend, meet Zyxwina Quuxley, zyx@quux.example",
        ],
    )


@pytest.fixture
def zyx(scheme: Scheme, now: datetime) -> int:
    """Somebody with an import, an old version, a match, answers, letters, a link, and a pair set apart."""
    with scheme.writing() as db:
        bob = people.add(db, {"name": "Bob", "email": "bob@x.example", "organisation": "Kent"}, now=now)
        imports.apply(db, "people.csv", [ZYX], [], now)
        person = people.find(db, "zyx@quux.example") or 0
        imports.apply(db, "people.csv", [], [(person, 1, {"role": "Grommeteer of Quuxley"})], now)
        people.cannot_reach(db, [person], "550 zyx@quux.example is unknown")
        apart.set_apart(db, bob, person)
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'published', 1, '')")
        db.execute("INSERT INTO matches (id, round_id, met_says_organiser) VALUES (1, 1, 'yes')")
        for position, (one, silo) in enumerate(((bob, "Kent"), (person, "Devon")), 1):
            db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, ?, ?, ?)",
                       [one, position, silo])  # fmt: skip
            db.execute(
                """INSERT INTO answers (match_id, person_id, met, useful, comment, story, answered_at)
                   VALUES (1, ?, 'yes', 5, 'Zyxwina Quuxley talked of tea', 'By Zyxwina Quuxley', '')""",
                [one],
            )
        db.execute("INSERT INTO tokens VALUES (x'00', 'me', ?, NULL, '', NULL)", [person])
        for state in ("waiting", "sent", "failed", "in doubt"):
            letter(db, f"to-zyx-{state}", person, "Zyxwina Quuxley <zyx@quux.example>", state)
            letter(db, f"to-bob-{state}", bob, "bob@x.example", state)
        letter(db, "invitation:zyx@quux.example", None, "Zyx@Quux.example", "sent", match=None)
        settings.put(db, "month_troubles", {"draw:3": {"why": "Zyxwina Quuxley is set apart from everybody else."}})
        settings.put(
            db, "mail_problem", {"said": "The mail server does not accept Zyx@Quux.example", "at": "", "holds": 0}
        )
        for state in ("waiting", "sent"):
            letter(db, f"trouble-{state}", None, "olu@coffee.example", state, match=None)
        db.execute("UPDATE messages SET kind = 'trouble', why = NULL WHERE key LIKE 'trouble-%'")
    return person


def traces(scheme: Scheme) -> list[bytes]:
    files = [scheme.path, *(Path(f"{scheme.path}{end}") for end in ("-wal", "-shm"))]
    kept = b"".join(path.read_bytes() for path in files if path.exists())
    return [trace for trace in TRACES if trace in kept]


def test_no_file_of_the_scheme_keeps_a_trace(scheme: Scheme, zyx: int) -> None:
    """Database, write-ahead log and shared memory hold none of what named the person; before, they held all of it."""
    assert traces(scheme) == [trace for trace in TRACES if trace != b"zyx@Quux.example"]
    with scheme.writing() as db:
        erasure.erase(db, zyx)
    scheme.wipe_traces()
    assert traces(scheme) == []


def test_the_anonymous_fact_of_a_match_stays(scheme: Scheme, zyx: int) -> None:
    """That a match of two organisations took place, that it met, and its ratings still count."""
    with scheme.writing() as db:
        erasure.erase(db, zyx)
        assert db.execute("SELECT organisation FROM seats ORDER BY position").fetchall() == [("Kent",), ("Devon",)]
        assert db.execute("SELECT met_says_organiser FROM matches").fetchall() == [("yes",)]
        assert db.execute("SELECT met, useful, comment FROM answers ORDER BY person_id").fetchall() == [
            ("yes", 5, "[erased] talked of tea"),
            ("yes", 5, None),
        ]
        assert db.execute("SELECT status, organisation FROM people WHERE id = ?", [zyx]).fetchall() == [
            ("erased", "Devon")
        ]
        assert people.everyone(db, TODAY)["name"].tolist() == ["Bob"]
        assert apart.pairs(db).empty


def test_letters_that_name_them_are_emptied_and_never_sent(scheme: Scheme, zyx: int) -> None:
    """What was sent stays listed without its text; what was not is cancelled, to others as well. Doubt stays."""
    with scheme.writing() as db:
        assert erasure.erase(db, zyx) == erasure.Erased(letters_cancelled=1)
        rows = db.execute("SELECT key, state, why, length(letter), subject FROM messages ORDER BY key").fetchall()
    assert {row[3:] for row in rows} == {(0, "")}
    assert {row[0]: row[1] for row in rows} == {
        "erased:9": "sent",
        "trouble-waiting": "cancelled",
        "trouble-sent": "sent",
        **{f"to-{who}-{state}": "cancelled" if state in ("waiting", "failed") else state
           for who in ("zyx", "bob") for state in ("waiting", "sent", "failed", "in doubt")},
    }  # fmt: skip
    assert {row[2] for row in rows if row[1] == "cancelled"} == {"names somebody who was erased"}


def test_a_short_name_touches_nothing_else(scheme: Scheme, now: datetime) -> None:
    """Ed is not in Edinburgh: what holds the letters still does, and the organiser still hears of troubles."""
    with scheme.writing() as db:
        ed = people.add(db, {"name": "Ed", "email": "ed@x.example", "organisation": "Kent"}, now=now)
        settings.put(db, "mail_problem", {"said": "Refused: Ed <ED@x.example>", "at": "then", "holds": 3})
        settings.put(db, "month_troubles", {"draw:3": "Edinburgh and Leeds are set apart."})
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'published', 1, '')")
        letter(db, "trouble", None, "olu@coffee.example", "waiting", match=None)
        db.execute("UPDATE messages SET kind = 'trouble', letter = ?", [b"Edinburgh and Leeds are set apart."])
        erasure.erase(db, ed)
        assert settings.get(db, "mail_problem") == {"said": "Refused: somebody <somebody>", "at": "then", "holds": 3}
        assert settings.get(db, "month_troubles")
        assert db.execute("SELECT state FROM messages").fetchall() == [("waiting",)]


def test_erasing_twice_says_so_and_the_address_is_free_again(scheme: Scheme, zyx: int, now: datetime) -> None:
    """Who was erased may join again as somebody new."""
    with scheme.writing() as db:
        erasure.erase(db, zyx)
    with pytest.raises(NotThere), scheme.writing() as db:
        erasure.erase(db, zyx)
    with scheme.writing() as db:
        assert people.add(db, ZYX, now=now) != zyx
