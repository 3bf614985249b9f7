"""Whose letter goes next, when some were asked for on our pages and others wait as well.

A stranger can ask for any number of letters. They never take more than half of the pace, nor of what the account may
send in a day, from a round that waits.
"""

from dataclasses import dataclass


@dataclass
class Turns:
    """How many letters went within a day and in this run: those that somebody asked for, and all others."""

    asked: int
    others: int
    last_was_asked: bool = False

    @property
    def asked_first(self) -> bool:
        """True when a letter that somebody asked for goes before the others."""
        return not self.last_was_asked and self.asked <= self.others

    def count(self, was_asked: bool) -> None:
        """Count one more letter."""
        self.last_was_asked = was_asked
        self.asked += was_asked
        self.others += not was_asked
