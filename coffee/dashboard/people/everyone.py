"""The roll: all people in the scheme, ready to search and filter."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd
import streamlit as st

from coffee.dashboard import frame
from coffee.insight.figures import Headcount
from coffee.scheme import people, settings
from coffee.text.search import finds
from coffee.text.silo import Silo

STATUSES = {"active": "Active", "paused": "Paused", "left": "Left", "unconfirmed": "Not confirmed"}
SEARCHED = ("name", "email", "organisation", "phone", "chat_id", "role", "topics")
ANYBODY = "All"
CANNOT_REACH = "Cannot reach"
NO_LETTERS = "No letters"


@dataclass(frozen=True, eq=False)
class Roll:
    """All people, as `coffee.scheme.people.everyone` returns them. Shared between reruns: never change it.

    `searched` is each person's text; `extras` are the headers of extra columns; `silo` is the scheme's own
    word.
    """

    people: pd.DataFrame
    searched: pd.Series
    extras: list[str]
    silo: Silo

    @cached_property
    def organisations(self) -> list[str]:
        """Every organisation, by name."""
        return sorted(self.people["organisation"].unique(), key=str.casefold)

    def count(self, shown: str) -> int:
        """Count the people that a filter shows: a status, `CANNOT_REACH`, `NO_LETTERS` or `ANYBODY`."""
        return self._counts[shown]

    def label(self, shown: str) -> str:
        """Return a filter with its count, as on the page and in its address: 'Not confirmed 3'."""
        return f"{STATUSES.get(shown, shown)} {self.count(shown):,}"

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {shown: int(self._shown(shown).sum()) for shown in (ANYBODY, CANNOT_REACH, NO_LETTERS, *STATUSES)}

    def matching(self, words: str, organisations: list[str], shown: str) -> pd.DataFrame:
        """Return the people with all of `words`, from these organisations (if any), and with this status."""
        keep = self._shown(shown)
        if organisations:
            keep &= self.people["organisation"].isin(organisations)
        keep &= finds(words, self.searched)
        return self.people[keep].reset_index(drop=True)

    def sentence(self) -> str:
        """The numbers of people in a sentence, in Markdown."""
        if self.people.empty:
            return "Nobody is in the scheme yet. Upload a roster, or add people one by one."
        heads, lost, silent = Headcount.of(self.people), self.count(CANNOT_REACH), self.count(NO_LETTERS)
        there = f"{_many(heads.people, 'person', 'people')} from "
        there += frame.plain(self.silo.count(heads.organisations))
        there += f": {_listed(active=heads.active, paused=heads.paused)}." if heads.people else "."
        others = _listed(left=heads.left, unconfirmed=heads.unconfirmed)
        there += f" Not counted: {others}." if others else ""
        there += f" Not drawn, because they want no letters: {silent:,}." if silent else ""
        return there + (f" Letters cannot reach {lost:,}." if lost else "")

    def _shown(self, shown: str) -> pd.Series:
        if shown == CANNOT_REACH:
            return self.people["cannot_reach"] != ""
        if shown == NO_LETTERS:
            return (self.people["unsubscribed_at"] != "") & (self.people["status"] != "left")
        if shown in STATUSES:
            return self.people["status"] == shown
        return pd.Series(True, index=self.people.index)


@st.cache_resource(max_entries=4, ttl=3600, show_spinner=False)
def roll(fingerprint: tuple[str, ...], today: date) -> Roll:
    """Return all people, read once for each state of the scheme."""
    del fingerprint
    with frame.scheme().reading() as db:
        everyone = people.everyone(db, today)
        silo = Silo(str(settings.get(db, "silo", "organisation")))
    searched = map(" ".join, zip(*(everyone[name] for name in SEARCHED), strict=True))
    others = (" ".join(map(str, extra.values())) for extra in everyone["extra"])
    extras = list(dict.fromkeys(header for extra in everyone["extra"] for header in extra))
    found = pd.Series([f"{a} {b}" for a, b in zip(searched, others, strict=True)], everyone.index, dtype=str)
    return Roll(everyone, found, extras, silo)


def _listed(**counts: int) -> str:
    """Return the counts that are not 0, as in '58 active, 2 paused'."""
    return ", ".join(f"{count:,} {STATUSES[status].lower()}" for status, count in counts.items() if count)


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
