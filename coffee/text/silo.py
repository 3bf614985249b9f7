"""The scheme's word for its silos: organisations, or teams, departments, sites …"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Silo:
    """The scheme's word for a silo, in every form a sentence needs."""

    one: str = "organisation"

    @property
    def many(self) -> str:
        """The plural: 'organisations', 'teams', 'agencies', 'branches'."""
        if re.search(r"[^aeiou]y$", self.one):
            return self.one[:-1] + "ies"
        return self.one + ("es" if re.search(r"(s|x|z|ch|sh)$", self.one) else "s")

    @property
    def a(self) -> str:
        """The word with its article: 'an organisation', 'a team'; 'a unit', 'a university'."""
        vowel = re.match(r"[aeio]|u(?!ni)", self.one, re.IGNORECASE)
        return f"{'an' if vowel else 'a'} {self.one}"

    @property
    def title(self) -> str:
        """The word as a column header: 'Organisation'."""
        return self.one[:1].upper() + self.one[1:]

    @property
    def titles(self) -> str:
        """The plural as a column header: 'Organisations'."""
        return self.many[:1].upper() + self.many[1:]

    def count(self, number: int) -> str:
        """A number of silos: '1 organisation', '1,200 organisations'."""
        return f"{number:,} {self.one if number == 1 else self.many}"
