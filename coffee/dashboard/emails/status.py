"""The status of letters and their names on the Emails page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import streamlit as st

from coffee.config.sender import office_of_pages
from coffee.dashboard import frame
from coffee.insight.letters import Letters
from coffee.mail.letters.letter import Office
from coffee.mail.post import actions, hold
from coffee.mail.post.eml_files import WHY
from coffee.mail.post.hold import Trouble
from coffee.scheme import messages, posting, settings

STATES = {
    "waiting": "Waiting",
    "sending": "Going out",
    "sent": "Sent",
    "kept": "Kept as a file",
    "failed": "Not delivered",
    "in doubt": "In doubt",
    "cancelled": "Cancelled",
}
KINDS = {
    "feedback": "Feedback request",
    "news": "News of a round",
    "rematch": "New match",
    "withdrawal": "Match withdrawn",
    "partner address": "New address of a match",
    "confirmation reminder": "Reminder to confirm",
    "sits out": "No match this time",
    "before a draw": "Skip a round, before its draw",
    "still in": "Still in?",
    "new address": "Confirmation of a new address",
    "address changed": "Notice of a changed address",
    "own page": "Link to own page",
    "test": "Test to you",
    "drawn": "Draft, to you",
    "mended": "Mended round, to you",
    "paused": "People paused, to you",
    "trouble": "Problem, to you",
    "cannot": "Cannot meet, to you",
    "report": "Report to you",
}


LIMITS = (
    "Gmail takes 500 letters a day from one account, Google Workspace 2,000, Microsoft 365 10,000 and 30 a minute. "
    "When the day's share is sent, the rest waits and goes out by itself as soon as more is allowed."
)


@dataclass(frozen=True)
class Post:
    """The letters by round, kind and state, and what holds them up."""

    letters: Letters
    paused: bool
    problem: Trouble | None
    pace: float
    next_due: datetime | None
    late: int

    def of(self, *states: str) -> int:
        """The number of letters in these states."""
        return self.letters.of(*states)

    @property
    def under_way(self) -> int:
        """Letters that have still to go."""
        return self.letters.under_way

    def where(self, state: str) -> str:
        """Return the rounds of the letters in a state, or '' if all letters are of one round."""
        return f": {self.letters.by_round(state)}" if self.letters.counts["round"].nunique(dropna=False) > 1 else ""

    @cached_property
    def rounds(self) -> list[int]:
        """The numbers of rounds that have letters, newest first."""
        return sorted({int(number) for number in self.letters.counts["round"].dropna()}, reverse=True)

    @property
    def sentence(self) -> str:
        """The state of all letters in a sentence or two."""
        if not self.of(*STATES):
            return "No letters yet. Publishing a round writes one to everybody in it."
        if doubtful := self.of("in doubt"):
            where = self.where("in doubt")
            return f"{letters(doubtful)} may or may not have arrived{where}. Decide below what to do."
        if self.under_way:
            held = " Sending is paused." if self.paused else ""
            return f"{self.done()}, {self.under_way:,} to go.{held}"
        if failed := self.of("failed"):
            return f"{self.done()}. {failed:,} could not be delivered{self.where('failed')}. The list says why."
        return self._at_rest()

    def done(self) -> str:
        """Return '605 of 606 letters sent', or 'written' if letters are only kept as files."""
        done = self.letters.going().done
        return f"{done.count:,} of {letters(done.of)} {'sent' if frame.environment().mail_server else 'written'}"

    def _at_rest(self) -> str:
        sent, kept = self.of("sent"), self.of("kept")
        if kept and not sent:
            return f"{letters(kept)} written and kept as files. None was mailed."
        return f"{letters(sent)} sent, {f'{kept:,} kept as files, ' if kept else ''}none waiting."


def read() -> Post:
    """Return the status of this session's letters, counted once for each state of the scheme."""
    return _read(frame.fingerprint())


@st.cache_resource(max_entries=20, show_spinner=False)
def _read(fingerprint: tuple[str, ...]) -> Post:
    del fingerprint
    with frame.scheme().reading() as db:
        return Post(
            Letters(messages.counts(db, WHY)),
            bool(settings.get(db, "letters_paused", False)),
            hold.known(db),
            posting.recent_pace(db, frame.now(), settings.get(db, "letters_per_minute")),
            posting.next_due(db),
            posting.late(db, frame.now() + actions.FAR),
        )


def signer() -> Office:
    """Return the sender who signs letters, with the address '' if none is set."""
    with frame.scheme().reading() as db:
        return office_of_pages(db, frame.environment())


def signed() -> bool:
    """Return whether letters have a sender."""
    return bool(signer().address)


def send_again(state: str, ids: Collection[int] | None = None) -> None:
    """Send the letters in this state again, or only those with these ids, and say how many."""
    with frame.sorry():
        count = actions.send_again(frame.scheme(), frame.now(), state, ids)
        nobody = "None will be sent, because nobody needs such a letter any more. The list says why."
        frame.say(f"{letters(count)} will be sent again." if count else nobody)
        st.rerun()


def state_of(state: str, why: str | None) -> str:
    """Return a letter's state for this page, where a letter that is only a file is 'kept'."""
    return "kept" if state == "sent" and why == WHY else state


def letters(count: int) -> str:
    """Return '1 letter' or '60 letters'."""
    return f"{count:,} letter" if count == 1 else f"{count:,} letters"


def kind(name: str) -> str:
    """Return the name of a kind of letter."""
    return KINDS.get(name, name.capitalize())
