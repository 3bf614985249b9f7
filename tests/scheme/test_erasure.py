"""Erasing a person: nothing that names them is left in any file of the scheme."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from coffee.scheme import (
    NotThere,
    Scheme,
    erasure,
    imports,
    messages,
    organisations,
    people,
    replaced,
    set_apart,
    settings,
    typed_text,
)
from coffee.scheme.mailboxes import mailbox

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
               queued_at, due_at, letter, mailbox)
           VALUES (?, 'introduction', 1, ?, ?, ?, 'Meet Zyxwina Quuxley', ?, ?, 'zyx@quux.example: 550', '', '',
               ?, ?)""",
        [
            key,
            match,
            person,
            to,
            f"<{key.partition(':')[0]}@x>",
            state,
            b"Dear friend, meet Zyxwina Quuxley, zyx@quux.example",
            mailbox(to),
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
        set_apart.set_apart(db, bob, person)
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
    """The match between two organisations, its outcome and its ratings still count."""
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
        assert set_apart.pairs(db).empty


def test_letters_that_name_them_are_emptied_and_never_sent(scheme: Scheme, zyx: int) -> None:
    """Sent letters stay listed without their text; others are cancelled, also those to other people. Doubt stays.

    A letter that only happens to name them still goes, without the name.
    """
    with scheme.writing() as db:
        assert erasure.erase(db, zyx) == erasure.Erased(letters_cancelled=1)
        rows = db.execute("SELECT key, state, why, length(letter), subject, id FROM messages ORDER BY key").fetchall()
        letter = messages.stored(db, rows[-1][5]).letter
    assert rows.pop()[:2] == ("trouble-waiting", "waiting")
    assert letter == b"Dear friend, meet [erased], [erased]"
    assert {row[3:5] for row in rows} == {(0, "")}
    assert {row[0]: row[1] for row in rows} == {
        "erased:9": "sent",
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
        assert settings.get(db, "mail_problem") == {"said": "Refused: [erased] <[erased]>", "at": "then", "holds": 3}
        assert settings.get(db, "month_troubles")
        assert db.execute("SELECT state FROM messages").fetchall() == [("waiting",)]


def test_erasing_twice_says_so_and_the_address_is_free_again(scheme: Scheme, zyx: int, now: datetime) -> None:
    """An erased person may join again as somebody new."""
    with scheme.writing() as db:
        erasure.erase(db, zyx)
    with pytest.raises(NotThere), scheme.writing() as db:
        erasure.erase(db, zyx)
    with scheme.writing() as db:
        assert people.add(db, ZYX, now=now) != zyx


TYPED = "Ask ZYXWINA QUÚXLEY (01632 96 09 99, ZYX@quux.example); Quuxley, Zyxwina knows. Tea at Zyxwinaland."
LEFT = "Ask [erased] ([erased], [erased]); [erased] knows. Tea at Zyxwinaland."


def everywhere(db: Database) -> int:
    """Write what somebody typed about Zyx to every place there is; returns the id of whose places they are."""
    cat = people.add(
        db,
        {"name": "Cat", "email": "cat@x.example", "organisation": "Leeds", "role": TYPED, "topics": TYPED,
         "extra": {"Line manager": "Zyxwina Quuxley", TYPED: TYPED}},
        now=datetime(2026, 3, 3, tzinfo=UTC),
    )  # fmt: skip
    imports.apply(db, f"{TYPED}.csv", [], [(cat, 1, {"role": TYPED})], datetime(2026, 3, 3, tzinfo=UTC))
    db.execute("INSERT INTO matches (id, round_id) VALUES (2, 1)")
    db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (2, ?, 1, 'Leeds')", [cat])
    db.execute(
        "INSERT INTO answers (match_id, person_id, met, why_not, selling, story, comment, answered_at) "
        "VALUES (2, ?, 'no', ?, ?, ?, ?, '')",
        [cat, TYPED, TYPED, TYPED, TYPED],
    )
    db.execute("INSERT INTO tweaks (round_id, at, what, before) VALUES (1, '', ?, ?)", [TYPED, json.dumps([[TYPED]])])
    db.execute("UPDATE rounds SET certificate = ?", [json.dumps({"reasons": [TYPED]})])
    for name, value in {"privacy": TYPED, "month_troubles": {"a": {"why": TYPED}}, "letter": {TYPED: [TYPED]}}.items():
        settings.put(db, name, value)
    organisations.remember(db, {"Zyxwina Quuxley Ltd": "Zyxwina Quuxley Limited"})
    db.execute("UPDATE people SET organisation = 'Zyxwina Quuxley Limited' WHERE id = ?", [cat])
    letter(db, "to-cat", cat, "cat@x.example", "waiting", match=2)
    return cat


def bytes_of(scheme: Scheme) -> str:
    files = [scheme.path, *(Path(f"{scheme.path}{end}") for end in ("-wal", "-shm"))]
    kept = b"".join(path.read_bytes() for path in files if path.exists()).decode(errors="ignore")
    return kept.casefold().replace("ú", "u").replace(" ", "")


def test_wherever_others_named_them_it_is_replaced(scheme: Scheme, zyx: int) -> None:
    """In any case, accents and spacing, whatever holds the text: no byte of the file names them, and the rest stays."""
    with scheme.writing() as db:
        cat = everywhere(db)
    told = ("zyxwinaquuxley", "quuxley", "zyx@quux", "01632960999")
    assert [trace for trace in told if trace in bytes_of(scheme)] == list(told)
    with scheme.writing() as db:
        erasure.erase(db, zyx)
    scheme.wipe_traces()
    assert [trace for trace in told if trace in bytes_of(scheme)] == []
    with scheme.reading() as db:
        person = people.person(db, cat, TODAY)
        assert (person["role"], person["topics"]) == (LEFT, LEFT)
        assert person["extra"] == {"Line manager": "[erased]", LEFT: LEFT}
        assert person["organisation"] == organisations.read_as(db)["[erased] Ltd"] == "[erased] Limited"
        answer = db.execute(
            "SELECT why_not, selling, story, comment FROM answers WHERE person_id = ?", [cat]
        ).fetchone()
        assert answer == (LEFT,) * 4
        assert settings.get(db, "letter") == {LEFT: [LEFT]}
        to_cat = db.execute("SELECT state, subject, letter FROM messages WHERE key = 'to-cat'").fetchone()
        assert to_cat == ("waiting", "Meet [erased]", b"Dear friend, meet [erased], [erased]")


def test_an_import_can_still_be_undone(scheme: Scheme, zyx: int, now: datetime) -> None:
    """Replaced mentions do not count as changes by the organiser: undoing still works, and no name returns."""
    with scheme.writing() as db:
        cat = everywhere(db)
        erasure.erase(db, zyx)
        assert imports.undo(db, 3, now).restored == 1
        assert people.person(db, cat, TODAY)["role"] == LEFT


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ('["Zyxwina Quuxley",  1]', '["[erased]", 1]'),
        ('"Zyxwina" talked', '"[erased]" talked'),
        ('"Zyxwina \\ud800"', '"[erased] \\ud800"'),
        ("[" * 400 + '"Zyxwina"' + "]" * 400, "[" * 400 + '"[erased]"' + "]" * 400),
        ("[" * 4_000 + "Zyxwina", "[" * 4_000 + "[erased]"),
    ],
    ids=["list", "quoted", "half a character", "deep", "deeper"],
)
def test_no_text_stops_an_erasure(scheme: Scheme, zyx: int, comment: str, left: str) -> None:
    """Text that looks like JSON, is nested too deep, or cannot be written as JSON is replaced like any other."""
    with scheme.writing() as db:
        db.execute("UPDATE answers SET comment = ? WHERE person_id != ?", [comment, zyx])
        assert [one.where for one in erasure.find(db, [zyx])].count("Comment, by Bob about round 1") == 1
        erasure.erase(db, zyx)
        assert db.execute("SELECT comment FROM answers WHERE person_id != ?", [zyx]).fetchone() == (left,)


def test_an_organisation_of_their_own_name_loses_it(scheme: Scheme, zyx: int) -> None:
    """A person who is their own firm leaves only the fact of an organisation, in their row and in their matches."""
    with scheme.writing() as db:
        for table in ("people WHERE id", "seats WHERE person_id"):
            name, where = table.split(" WHERE ")
            db.execute(f"UPDATE {name} SET organisation = 'Quuxley, Zyxwina & Co' WHERE {where} = ?", [zyx])
        [place] = [one for one in erasure.find(db, [zyx]) if one.where == "The name of an organisation"]
        assert place.without == "[erased] & Co"
        erasure.erase(db, zyx)
        kept = db.execute(
            "SELECT p.organisation, s.organisation FROM people p JOIN seats s ON p.id = person_id WHERE p.id = ?", [zyx]
        )
        assert kept.fetchone() == ("[erased] & Co", "[erased] & Co")


def test_a_name_is_no_word_that_the_software_keeps(scheme: Scheme, zyx: int) -> None:
    """Odd is a Norwegian; why somebody had no match still is that the number was odd."""
    with scheme.writing() as db:
        db.execute("UPDATE people SET name = 'Odd' WHERE id = ?", [zyx])
        db.execute("INSERT INTO left_out (round_id, person_id, why) SELECT 1, id, 'odd' FROM people WHERE name = 'Bob'")
        assert not [one for one in erasure.find(db, [zyx]) if one.place.table == "left_out"]


def test_undoing_imports_brings_nobody_back(scheme: Scheme, zyx: int, now: datetime) -> None:
    """An erased person stays erased, whichever imports brought or changed them."""
    with scheme.writing() as db:
        erasure.erase(db, zyx)
        for import_id in (2, 1):
            assert imports.undo(db, import_id, now) == imports.Undone(0, 0, [])
        assert people.everyone(db, TODAY)["name"].tolist() == ["Bob"]
    scheme.wipe_traces()
    assert traces(scheme) == []


def test_what_is_found_is_what_would_be_replaced(scheme: Scheme, zyx: int) -> None:
    """An organiser sees each place first, in words, with its text before and after, and can spare it."""
    with scheme.writing() as db:
        everywhere(db)
        found = erasure.find(db, [zyx])
        assert "“Line manager” of Cat" in {one.where for one in found}
        assert "Comment, by Bob about round 1" in {one.where for one in found}
        assert all(one.text != one.without and "[erased]" in one.without for one in found)
        erasure.erase(db, zyx, {one.place for one in found if one.where == "“Line manager” of Cat"})
        left = [typed_text.text_at(db, one.place) for one in found if one.place.table == "people"]
        assert left.count("Zyxwina Quuxley") == 1
        assert json.loads(db.execute("SELECT extra FROM people WHERE name = 'Cat'").fetchone()[0])["Line manager"] == (
            "Zyxwina Quuxley"
        )


def test_the_own_name_and_address_of_others_stay(scheme: Scheme, now: datetime) -> None:
    """A namesake, a number that two people share, and the organiser who signs the letters keep what is theirs."""
    shared = {"name": "Jo Smith", "organisation": "Kent", "phone": "+44 1632 960111"}
    with scheme.writing() as db:
        first, second = (people.add(db, shared | {"email": f"{n}@x.example"}, now=now) for n in "ab")
        settings.put(db, "from", "Jo Smith <a@x.example>")
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'published', 1, '')")
        letter(db, "to-b", second, "Jo Smith <b@x.example>", "waiting", match=None)
        text = b"From: Jo Smith <a@x.example>: Dear Jo Smith, +44 1632 960111"
        db.execute("UPDATE messages SET letter = ?, subject = ''", [text])
        erasure.erase(db, first)
        other = people.person(db, second, TODAY)
        assert {name: other[name] for name in shared} == shared
        assert settings.get(db, "from") == "Jo Smith <a@x.example>"
        assert db.execute("SELECT state, letter FROM messages").fetchall() == [("waiting", text)]


def test_the_organiser_sees_what_was_replaced_without_the_name(scheme: Scheme, zyx: int, now: datetime) -> None:
    """Somebody who erases themselves is erased at once; the places are shown as they are by then, until looked at."""
    with scheme.writing() as db:
        everywhere(db)
        erasure.erase(db, zyx, by_themselves=now)
        [(when, shown)] = replaced.to_show(db)
        assert when == now
        assert replaced.Replaced("“Line manager” of Cat", "[erased]") in shown
        assert replaced.Replaced("Comment, by Bob about round 1", "[erased] talked of tea") in shown
        assert all("[erased]" in text for _, text in shown)
        replaced.forget(db)
        assert replaced.to_show(db) == []
