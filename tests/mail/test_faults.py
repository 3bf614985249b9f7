"""Whatever a mail server does, no letter is lost, none is sent twice, and each fault has a plain sentence."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from coffee.mail.post import outbox
from coffee.mail.post.sending import PAUSES, send_due
from coffee.mail.post.server import MailServer
from coffee.rounds import life
from coffee.scheme import Scheme, people, posting

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


@pytest.mark.parametrize("verb", ["RCPT", "DATA", "END"])
def test_never(scheme, mail, a_letter, now, tmp_path: Path, verb: str) -> None:
    """A permanent refusal (5xx) fails at once with the server's words, is not tried again, harms no other letter."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    mail.inbox.on[verb] = once("554 5.7.1 Policy says no", nth=2)
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).failed == 1
    assert [state for _, state, _, _ in rows(scheme)] == ["sent", "failed", "sent"]
    assert "Policy says no" in (rows(scheme)[1][2] or "")
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(days=9)).sent == 0


SENDER_REFUSED = [
    ("MAIL", "554 5.7.1 Relay access denied"),
    ("MAIL", "553 Sender address rejected: not owned by user ann"),
    ("RCPT", "553 5.7.1 <ann@coffee.example>: Sender address rejected: not owned by user ann"),
    ("END", "554 5.2.252 SendAsDenied; ann@coffee.example not allowed to send as ann@coffee.example"),
]
NOT_FOR_US = [
    "550 relay not permitted",
    "550 5.7.1 Relaying denied",
    "550 Service unavailable; client host blocked using Spamhaus",
    "550 Sender verify failed",
    "553 sorry, that domain isn't in my list of allowed relays",
]


@pytest.mark.parametrize(("verb", "answer"), SENDER_REFUSED)
def test_a_sender_who_may_not_send(scheme, mail, a_letter, now, tmp_path: Path, verb: str, answer: str) -> None:
    """A refusal that every letter would meet ends the run at the first: all wait, none is counted as tried."""
    queue(scheme, [a_letter(str(n)) for n in range(5)], now)
    mail.inbox.on[verb] = lambda *_: answer
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert answer in str(report.problem)
    assert mail.inbox.seen[verb] == 1
    assert {row[1::2] for row in rows(scheme)} == {("waiting", 0)}
    del mail.inbox.on[verb]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(hours=1)).sent == 5


@pytest.mark.parametrize("answer", ["552 5.3.4 Message too big", "552 Too big", "553 5.6.7 No such characters"])
def test_a_letter_refused_for_itself_at_mail(scheme, mail, a_letter, now, tmp_path: Path, answer: str) -> None:
    """One that is too large, or of a form the server cannot take, fails alone."""
    queue(scheme, [a_letter(str(n)) for n in range(3)], now)
    mail.inbox.on["MAIL"] = once(answer, nth=2)
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.failed, report.problem) == (2, 1, None)


@pytest.mark.parametrize("answer", NOT_FOR_US)
def test_a_relay_that_takes_nothing_from_us(scheme, mail, office, now, tmp_path: Path, answer: str) -> None:
    """A relay set up wrongly refuses every recipient: nobody is flagged, nothing fails, and the third ends the run."""
    with scheme.writing() as db:
        for n in range(6):
            people.add(db, {"name": f"P{n}", "email": f"p{n}@x.example", "organisation": f"C{n}"}, now=now)
    life.publish(scheme, life.generate(scheme, now, seed=1), 2, office, now)
    mail.inbox.on["RCPT"] = lambda *_: answer
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert answer in str(report.problem)
    assert mail.inbox.seen["RCPT"] == 3
    assert {state for _, state, _, _ in rows(scheme)} == {"waiting"}
    with scheme.reading() as db:
        assert {row[0] for row in db.execute("SELECT cannot_reach FROM people")} == {None}
    del mail.inbox.on["RCPT"]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(hours=1)).sent == 6


def test_one_group_that_takes_nothing_from_us(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A single recipient who says so waits and is tried again, and harms no other letter."""
    queue(scheme, [a_letter(str(n)) for n in range(6)], now)
    mail.inbox.on["RCPT"] = once("550 5.7.133 SenderNotAuthenticatedForGroup", nth=2)
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.postponed, report.problem) == (5, 1, None)


@pytest.mark.parametrize(
    "answer", ["550 User unknown in relay recipient table", "550 5.1.1 <x> User unknown in relay recipient table"]
)
def test_an_unknown_person_behind_a_relay(scheme, mail, a_letter, now, tmp_path: Path, answer: str) -> None:
    """The word relay alone says nothing: somebody unknown is unreachable."""
    queue(scheme, [a_letter("k")], now)
    mail.inbox.on["RCPT"] = lambda *_: answer
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).failed == 1


@pytest.mark.parametrize("answer", ["354 Go on", "334 What", "999 Odd"])
def test_neither_yes_nor_no(scheme, mail, a_letter, now, tmp_path: Path, answer: str) -> None:
    """After the final dot, an answer that is neither yes nor no leaves the letter in doubt; it is not sent again."""
    queue(scheme, [a_letter(str(n)) for n in range(2)], now)
    mail.inbox.on["END"] = once(answer)
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.in_doubt) == (1, 1)
    assert "neither yes nor no" in (rows(scheme)[0][2] or "")
    assert mail.inbox.seen["END"] == 2


def test_silence_is_called_silence(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A server that says nothing did not hang up, and the sentence says how long was waited."""
    queue(scheme, [a_letter("k")], now)
    mail.inbox.on["MAIL"] = lambda *_: SILENCE
    send_due(scheme, mail.impatient(), tmp_path, clock=lambda: now)
    assert "did not answer within" in (rows(scheme)[0][2] or "")


def test_three_hang_ups_end_the_run(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A server that keeps hanging up is left alone for now; the letters wait and the run says why."""
    queue(scheme, [a_letter(str(n)) for n in range(20)], now)
    mail.inbox.on["MAIL"] = lambda *_: HANG_UP
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert "hung up" in (report.problem or "")
    assert mail.inbox.connections <= 4
    assert {state for _, state, _, _ in rows(scheme)} == {"waiting"}
    with scheme.reading() as db:
        assert posting.next_due(db) == now


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
    """At the provider's daily limit the rest waits until tomorrow; nothing fails and nobody is flagged."""
    queue(scheme, [a_letter(str(n)) for n in range(4)], now)
    mail.inbox.on[verb] = lambda inbox, _: answer if inbox.seen[verb] > 1 else None
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.failed) == (1, 0)
    assert "takes no more letters from this account for now" in str(report.problem)
    assert [(state, attempts) for _, state, _, attempts in rows(scheme)] == [("sent", 1)] + [("waiting", 0)] * 3
    del mail.inbox.on[verb]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(days=1)).sent == 3
    assert len({*mail.inbox.accepted}) == len(mail.inbox.accepted) == 4
