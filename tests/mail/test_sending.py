"""Letters reach a real mail server once, and what became of each is known."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from coffee.mail.letters.letter import Letter
from coffee.mail.post import outbox
from coffee.mail.post.sending import send_due
from coffee.scheme import Scheme


def queue(scheme: Scheme, letters: list[Letter], now: datetime) -> None:
    with scheme.writing() as db:
        outbox.queue(db, letters, now)


def states(scheme: Scheme) -> dict[str, tuple[str, str | None]]:
    with scheme.reading() as db:
        return {key: (state, why) for key, state, why in db.execute("SELECT key, state, why FROM messages")}


def test_bytes_arrive_as_written(scheme: Scheme, mail, a_letter: Callable[..., Letter], now, tmp_path: Path) -> None:
    """A mail server receives exactly the bytes that were queued, on one connection for all letters."""
    letters = [a_letter(body=body) for body in ("plain", ".\n.dots\n..", "Siân 李 – “quotes”", "x" * 3000)]
    queue(scheme, letters, now)
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.problem) == (4, None)
    assert mail.inbox.accepted == [letter.letter for letter in letters]
    assert mail.inbox.connections == 1
    assert {state for state, _ in states(scheme).values()} == {"sent"}


def test_a_key_is_queued_once(scheme: Scheme, mail, a_letter: Callable[..., Letter], now, tmp_path: Path) -> None:
    """Queueing the same key twice leaves one letter, the first."""
    first, second = a_letter("introduction:1:1:1"), a_letter("introduction:1:1:1")
    queue(scheme, [first, second], now)
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert mail.inbox.accepted == [first.letter]


def test_not_before_due(scheme: Scheme, mail, a_letter: Callable[..., Letter], now, tmp_path: Path) -> None:
    """A letter queued for later waits for its time."""
    queue(scheme, [a_letter()], now + timedelta(hours=1))
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 0
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(hours=1)).sent == 1


def test_without_a_server_letters_are_kept(
    scheme: Scheme, a_letter: Callable[..., Letter], now, tmp_path: Path
) -> None:
    """With no mail server every letter becomes a file with its exact bytes, and says so."""
    letter = a_letter("k")
    queue(scheme, [letter], now)
    assert send_due(scheme, None, tmp_path / "letters", clock=lambda: now).sent == 1
    (kept,) = (tmp_path / "letters").glob("*.eml")
    assert kept.read_bytes() == letter.letter
    assert states(scheme)["k"] == ("sent", "Kept as a file and not mailed, because no mail server is set")


def test_the_sample_never_sends(scheme: Scheme, mail, a_letter: Callable[..., Letter], now, tmp_path: Path) -> None:
    """The sample scheme's letters stay where they are, with a mail server and without."""
    queue(scheme, [a_letter("k")], now)
    with scheme.writing() as db:
        from coffee.scheme import settings

        settings.put(db, "sample", True)
    for server in (mail.server, None):
        assert "sample" in (send_due(scheme, server, tmp_path / "letters", clock=lambda: now).problem or "")
    assert mail.inbox.accepted == []
    assert not (tmp_path / "letters").exists()
    assert states(scheme)["k"][0] == "waiting"
