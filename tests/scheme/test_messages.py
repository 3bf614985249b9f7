"""Letters in a real scheme file: what is asked of them again and again stays cheap."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlite_utils import Database

from coffee.scheme import Scheme, messages, posting
from coffee.scheme.moments import text_of

WHY = "Kept as a file"


def keep(db: Database, count: int, now: datetime) -> None:
    """Letters that went long ago, a second apart."""
    for number in range(count):
        at = (now + timedelta(seconds=number)).isoformat(timespec="microseconds")
        db.execute(
            "INSERT INTO messages (key, kind, recipient, subject, message_id, state, queued_at, due_at, sending_since, "
            "sent_at, letter) VALUES (?, 'introduction', 'a@x.example', '', ?, 'sent', ?, ?, ?, ?, x'00')",
            [f"k{number}", f"<{number}@x.example>", at, at, at, at],
        )


def steps(db: Database, question: Callable[[Database], object]) -> int:
    """Count, in tens, the steps SQLite takes to answer."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    db.conn.set_progress_handler(count, 10)
    question(db)
    db.conn.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize("question", ["last_begun", "recent_pace", "kept_for", "claim"])
def test_letters_that_went_cost_nothing(scheme: Scheme, now: datetime, question: str) -> None:
    """Frequent questions about letters take as long with two thousand old letters as with fifty."""
    asked: dict[str, Callable[[Database], object]] = {
        "last_begun": posting.last_begun,
        "recent_pace": lambda db: posting.recent_pace(db, now + timedelta(hours=9)),
        "kept_for": lambda db: posting.kept_for(db, WHY),
        "claim": lambda db: posting.claim(db, "me", now),
    }
    with scheme.writing() as db:
        keep(db, 50, now)
        few = steps(db, asked[question])
        db.execute("DELETE FROM messages")
        keep(db, 2_000, now)
        assert steps(db, asked[question]) <= few + 5


def test_counts_are_of_every_round_kind_and_state(scheme: Scheme, now: datetime) -> None:
    """One row each, letters of no round with <NA> for its number."""
    with scheme.writing() as db:
        keep(db, 4, now)
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (7, 3, 'closed', 1, '')")
        db.execute("UPDATE messages SET round_id = 7 WHERE id < 4")
        db.execute("UPDATE messages SET state = 'failed' WHERE id = 2")
        counted = messages.counts(db)
    rows = counted[["round", "kind", "state", "letters"]].astype(object).where(counted.notna(), None)
    assert sorted(rows.itertuples(index=False, name=None), key=str) == [
        (3, "introduction", "failed", 1),
        (3, "introduction", "sent", 2),
        (None, "introduction", "sent", 1),
    ]


def wait(db: Database, count: int, kind: str, at: datetime) -> None:
    """Letters of this kind that are due at that time."""
    due = text_of(at)
    for number in range(count):
        key = f"{kind} {at} {number}"
        db.execute(
            "INSERT INTO messages (key, kind, recipient, subject, message_id, queued_at, due_at, letter) "
            "VALUES (?, ?, 'a@x.example', '', ?, ?, ?, x'00')",
            [key, kind, f"<{key}>", due, due],
        )


def test_who_asked_for_a_letter_is_written_to_first(scheme: Scheme, now: datetime) -> None:
    """Before a round's letters when it is their turn, by time among themselves, and none before it is due."""
    soon = now + timedelta(seconds=1)
    with scheme.writing() as db:
        wait(db, 2, "introduction", now - timedelta(hours=1))
        for kind, at in zip(posting.AWAITED, (soon, now, now - timedelta(seconds=1)), strict=True):
            wait(db, 1, kind, at)
        claimed = [posting.claim(db, "me", now) for _ in range(5)]
    asked = posting.AWAITED
    assert [letter and letter.kind for letter in claimed] == [asked[2], asked[1], *["introduction"] * 2, None]


def test_letters_that_wait_cost_nothing(scheme: Scheme, now: datetime) -> None:
    """The next one is found as quickly among two thousand as among fifty."""
    with scheme.writing() as db:
        wait(db, 50, "introduction", now)
        few = steps(db, lambda db: posting.claim(db, "me", now))
        wait(db, 2_000, "introduction", now - timedelta(seconds=1))
        assert steps(db, lambda db: posting.claim(db, "me", now)) <= few + 5
