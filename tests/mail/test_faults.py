"""Whatever a mail server does, no letter is lost, none is sent twice, and each fault has a plain sentence."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from coffee.mail import outbox
from coffee.mail.run import PAUSES, send_due
from coffee.mail.server import MailServer
from coffee.scheme import Scheme, messages

HANG_UP, SILENCE = "hang up", "silence"
BEFORE = ("EHLO", "MAIL", "RCPT", "DATA")  # nothing of the letter has left yet
AFTER = ("BODY", "END", "ACCEPTED")


def queue(scheme: Scheme, letters, now) -> None:
    with scheme.writing() as db:
        outbox.queue(db, letters, now)


def rows(scheme: Scheme) -> list[tuple[str, str, str | None, int]]:
    with scheme.reading() as db:
        return db.execute("SELECT key, state, why, attempts FROM messages ORDER BY id").fetchall()


def once(what: str, *, nth: int = 1) -> Callable:
    """Behave so the nth time, and well every other time."""
    count = iter(range(1, 10_000))
    return lambda *_: what if next(count) == nth else None


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE])
@pytest.mark.parametrize("verb", BEFORE)
def test_lost_before_the_letter(scheme, mail, a_letter, now, tmp_path: Path, verb: str, fault: str) -> None:
    """A connection lost before the letter is handed over leaves no doubt: every letter arrives once, in the end."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    mail.inbox.on[verb] = once(fault, nth=1 if verb == "EHLO" else 2)
    first = send_due(scheme, mail.impatient(), tmp_path, clock=lambda: now)
    assert first.in_doubt == 0
    send_due(scheme, mail.impatient(), tmp_path, clock=lambda: now + timedelta(hours=1))
    assert [state for _, state, _, _ in rows(scheme)] == ["sent"] * 3
    assert len(mail.inbox.accepted) == len({*mail.inbox.accepted}) == 3


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE])
@pytest.mark.parametrize("verb", AFTER)
def test_lost_after_the_letter(scheme, mail, a_letter, now, tmp_path: Path, verb: str, fault: str) -> None:
    """A connection lost after the letter was handed over leaves that letter in doubt, and the others arrive."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    if verb == "BODY":
        mail.inbox.on["DATA"] = lambda inbox, _: (
            inbox.on.pop("BODY", None) and None
            if inbox.seen["DATA"] != 2
            else (inbox.on.__setitem__("BODY", lambda *_: fault))
        )
    else:
        mail.inbox.on[verb] = once(fault, nth=2)
    report = send_due(scheme, mail.impatient(), tmp_path, clock=lambda: now)
    assert (report.sent, report.in_doubt) == (2, 1)
    assert [state for _, state, _, _ in rows(scheme)] == ["sent", "in doubt", "sent"]
    assert "may or may not have arrived" in (rows(scheme)[1][2] or "")
    again = send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(days=9))
    assert again.sent == 0
    assert len(mail.inbox.accepted) == (3 if verb == "ACCEPTED" else 2)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_not_now(scheme, mail, a_letter, now, tmp_path: Path, verb: str) -> None:
    """A temporary refusal (4xx) is tried again after growing pauses, says why, and harms no other letter."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    mail.inbox.on[verb] = lambda inbox, _: "450 4.2.0 Greylisted" if inbox.seen[verb] in (2, 4) else None
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).postponed == 1
    assert [state for _, state, _, _ in rows(scheme)] == ["sent", "waiting", "sent"]
    assert "Greylisted" in (rows(scheme)[1][2] or "")
    moment = now
    for pause, done in zip(PAUSES, (0, 1), strict=False):
        almost = moment + pause - timedelta(seconds=1)
        moment += pause
        assert send_due(scheme, mail.server, tmp_path, clock=lambda at=almost: at).sent == 0
        assert send_due(scheme, mail.server, tmp_path, clock=lambda at=moment: at).sent == done
    assert len(mail.inbox.accepted) == 3


def test_given_up_in_the_end(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A letter that is never accepted fails after the last pause, and says how often it was tried."""
    queue(scheme, [a_letter("k")], now)
    mail.inbox.on["RCPT"] = lambda *_: "451 4.3.0 Later"
    for days in range(len(PAUSES) + 1):
        send_due(scheme, mail.server, tmp_path, clock=lambda days=days: now + timedelta(days=days))
    ((_, state, why, attempts),) = rows(scheme)
    assert (state, attempts) == ("failed", len(PAUSES) + 1)
    assert "Given up after 8 attempts" in (why or "")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_never(scheme, mail, a_letter, now, tmp_path: Path, verb: str) -> None:
    """A permanent refusal (5xx) fails at once with the server's words, is not tried again, harms no other letter."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    mail.inbox.on[verb] = once("554 5.7.1 Policy says no", nth=2)
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).failed == 1
    assert [state for _, state, _, _ in rows(scheme)] == ["sent", "failed", "sent"]
    assert "Policy says no" in (rows(scheme)[1][2] or "")
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(days=9)).sent == 0


def test_three_hang_ups_end_the_run(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A server that keeps hanging up is left alone for now; the letters wait and the run says why."""
    queue(scheme, [a_letter(str(n)) for n in range(20)], now)
    mail.inbox.on["MAIL"] = lambda *_: HANG_UP
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert "hung up" in (report.problem or "")
    assert mail.inbox.connections <= 4
    assert {state for _, state, _, _ in rows(scheme)} == {"waiting"}
    with scheme.reading() as db:
        assert messages.next_due(db) == now


def test_login_wanted(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A server that wants a login first is the organiser's to mend: letters wait, none fails, no attempt is counted."""
    queue(scheme, [a_letter("k")], now)
    mail.inbox.on["MAIL"] = lambda *_: "530 5.7.0 Authentication required"
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert "log in" in (report.problem or "")
    assert rows(scheme)[0][1::2] == ("waiting", 0)


def test_nobody_listens(scheme, a_letter, now, tmp_path: Path) -> None:
    """With the server down, letters wait and the reason is one sentence."""
    queue(scheme, [a_letter("k")], now)
    report = send_due(scheme, MailServer.from_url("smtp://127.0.0.1:1?security=none"), tmp_path, clock=lambda: now)
    assert "cannot be reached" in (report.problem or "")
    assert rows(scheme)[0][1::2] == ("waiting", 0)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "END"])
@pytest.mark.parametrize("answer", ["550 5.4.5 Daily user sending limit exceeded", "550 5.1.90 Daily limit reached"])
def test_the_days_share_is_sent(scheme, mail, a_letter, now, tmp_path: Path, verb: str, answer: str) -> None:
    """When the provider takes no more today the rest waits, nothing fails, nobody is blamed, and it goes tomorrow."""
    queue(scheme, [a_letter(str(n)) for n in range(4)], now)
    mail.inbox.on[verb] = lambda inbox, _: answer if inbox.seen[verb] > 1 else None
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.failed) == (1, 0)
    assert "takes no more letters from this account for now" in str(report.problem)
    assert [(state, attempts) for _, state, _, attempts in rows(scheme)] == [("sent", 1)] + [("waiting", 0)] * 3
    del mail.inbox.on[verb]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(days=1)).sent == 3
    assert len({*mail.inbox.accepted}) == len(mail.inbox.accepted) == 4
