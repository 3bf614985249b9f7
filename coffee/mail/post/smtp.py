"""Handing one letter to a mail server, and knowing afterwards what became of it.

Until the server has said 354 nothing of a letter has been sent, so a lost connection costs nothing. From then until
its last answer nobody can know, and InDoubt says so. `smtplib.sendmail` does not tell the two apart, so it is not used.
"""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from coffee.mail.post.errors import HungUp, InDoubt, LimitReached, LoginRefused, MailError, Refused, SenderRefused
from coffee.mail.post.server import MailServer

Answer = tuple[int, bytes]
About = Literal["sender", "recipient", "letter"]  # what a refusal is of

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_NOT_LOGGED_IN = {530, 534, 535, 538}
_CLOSING = 421
# How Gmail (5.4.5) and Microsoft 365 (the others) say that an account has sent its share of the day.
_SEND_AS = re.compile(r"send ?as\b|send as this|not owned by user", re.IGNORECASE)
_OURS = re.compile(r"relay|authenti|sender|spamhaus|block(ed|list)|blacklist|\bd?rbl\b|dnsbl", re.IGNORECASE)
_UNKNOWN = re.compile(r"unknown|no such|does not exist", re.IGNORECASE)
_LIMITS = ("5.4.5", "5.1.90", "5.7.232", "5.7.233")


@dataclass(frozen=True)
class Parcel:
    """A letter's exact bytes, and the two addresses of its envelope."""

    sender: str
    recipient: str
    letter: bytes = field(repr=False)


class Connection:
    """One conversation with a mail server, for as many letters as it likes."""

    def __init__(self, server: MailServer) -> None:
        """Raises MailError when there is no connecting."""
        self._server = server
        self._smtp = server.connect()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, parcel: Parcel) -> None:
        """Hand over a letter's exact bytes; returning means that the server has accepted it.

        Raises Refused, LimitReached, HungUp or LoginRefused when the letter certainly was not accepted, InDoubt when
        nobody can know.
        """
        with self._before_handing_over():
            self._envelope(parcel)
        code, words = self._hand_over(parcel.letter)
        if not 200 <= code <= 299:
            raise self._refusal(code, words, "this letter")

    def close(self) -> None:
        """Say goodbye if the server still listens."""
        with suppress(smtplib.SMTPException, OSError):
            self._wait_up_to(min(self._server.timeout, 5.0))
            self._smtp.quit()
        self._smtp.close()

    def _envelope(self, parcel: Parcel) -> None:
        answer = self._smtp.mail(parcel.sender, self._options(parcel))
        self._expect(answer, {250}, f"letters from {parcel.sender}", about="sender")
        self._expect(self._smtp.rcpt(parcel.recipient), {250, 251, 252}, parcel.recipient, about="recipient")
        self._expect(self._smtp.docmd("DATA"), {354}, "this letter")

    def _options(self, parcel: Parcel) -> list[str]:
        options = []
        if self._smtp.has_extn("size"):
            options.append(f"SIZE={len(parcel.letter)}")
        if not parcel.letter.isascii() and self._smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not (parcel.sender + parcel.recipient).isascii():
            if not self._smtp.has_extn("smtputf8"):
                raise Refused(
                    f"Your mail server cannot send to {parcel.recipient}, because the part before the @ has letters "
                    "other than a to z. Ask this person for another address.",
                    permanent=True,
                    unreachable=True,
                )
            options.append("SMTPUTF8")
        return options

    @contextmanager
    def _before_handing_over(self) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            did = f"did not answer within {self._server.timeout:.0f} seconds" if _is_silence(error) else "hung up"
            raise HungUp(f"The mail server {self._server.place} {did}, before the letter was sent.") from error

    def _expect(self, answer: Answer, good: set[int], what: str, about: About = "letter") -> None:
        code, words = answer
        if code not in good:
            raise self._refusal(code, words, what, about)

    def _hand_over(self, letter: bytes) -> Answer:
        """Send the body, dots doubled (RFC 5321, 4.5.2); return the server's last answer, awaited longest."""
        body = _LEADING_DOT.sub(b"..", letter) if b"\n." in letter or letter.startswith(b".") else letter
        try:
            self._wait_up_to(self._server.patience)
            self._smtp.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = self._smtp.getreply()
            self._wait_up_to(self._server.timeout)
        except (smtplib.SMTPException, OSError) as error:
            raise self._doubt("fell silent" if _is_silence(error) else "hung up") from error
        if not 200 <= code <= 299 and not 400 <= code <= 599:
            raise self._doubt(f"answered {code}, which means neither yes nor no,")
        return code, words

    def _wait_up_to(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    def _doubt(self, did: str) -> InDoubt:
        return InDoubt(
            f"The mail server {self._server.place} {did} after the letter was handed over and before confirming it. "
            "It may or may not have arrived."
        )

    def _refusal(self, code: int, reply: bytes, what: str, about: About = "letter") -> MailError:
        words = reply.decode(errors="replace").replace("\n", " ").strip()
        if code in _NOT_LOGGED_IN:
            return LoginRefused(
                f"The mail server {self._server.place} wants you to log in first, or did not accept how you did: "
                f"{code} {words}"
            )
        if code == _CLOSING or not 400 <= code <= 599:
            return HungUp(f"The mail server {self._server.place} ended the conversation: {code} {words}")
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()
        if words.partition(" ")[0] in _LIMITS:
            return LimitReached(
                f"The mail server {self._server.place} takes no more letters from this account for now, because it has "
                f"sent as many as its provider allows: {code} {words}"
            )
        permanent = code >= 500
        sentence = f"The mail server {'does not accept' if permanent else 'does not yet accept'} {what}: {code} {words}"
        if permanent and (is_about_the_sender(code, words) if about == "sender" else _SEND_AS.search(words)):
            return SenderRefused(sentence)
        to_one = permanent and about == "recipient"
        ours = to_one and is_about_us(words)
        unreachable = to_one and not ours and is_about_the_address(code, words)
        return Refused(sentence, permanent=permanent and not ours, unreachable=unreachable, is_ours=ours)


def is_about_the_sender(code: int, words: str) -> bool:
    """Return whether a permanent refusal at MAIL would meet every letter.

    A letter that is too large (552 and 5.3.4, RFC 1870) or of a wrong form (5.6.7, RFC 6531) is refused for itself
    only.
    """
    return code != 552 and not re.match(r"5\.(3\.4|6\.\d+)\b", words)


def is_about_us(words: str) -> bool:
    """Return whether a recipient's refusal says that we may not send, unless its code says otherwise."""
    enhanced = re.match(r"\d\.(\d{1,3})\.\d{1,3}\b", words)
    return (enhanced is None or enhanced[1] == "7") and bool(_OURS.search(words)) and not _UNKNOWN.search(words)


def is_about_the_address(code: int, words: str) -> bool:
    """Return whether a permanent refusal means that the address is no good, not the sender or a full mailbox.

    RFC 3463: x.1.x is the address, x.2.1 a disabled mailbox; without such a code, 550, 551 and 553 say so (RFC 5321).
    """
    enhanced = re.match(r"5\.(\d{1,3})\.(\d{1,3})\b", words)
    if enhanced:
        return (enhanced[1] == "1" and enhanced[2] not in ("7", "8")) or enhanced.groups() == ("2", "1")
    return code in (550, 551, 553)


def _is_silence(error: BaseException) -> bool:
    """Return whether the server failed to answer in time; smtplib wraps the timeout in an error of its own."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
