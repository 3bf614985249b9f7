"""The order of letters when some were requested on our pages and others wait as well.

A stranger can request any number of letters. While a round waits, requested letters get at most half of the pace, and
at most half of the letters that the account may send in a day.
"""

from dataclasses import dataclass


@dataclass
class Turns:
    """The numbers of letters sent within a day and in this run: requested ones, and all others."""

    asked: int
    others: int
    last_was_asked: bool = False

    @property
    def asked_first(self) -> bool:
        """Return whether a requested letter goes before the others."""
        return not self.last_was_asked and self.asked <= self.others

    def count(self, was_asked: bool) -> None:
        """Count one more letter."""
        self.last_was_asked = was_asked
        self.asked += was_asked
        self.others += not was_asked
