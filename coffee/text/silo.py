"""What a scheme calls its silos: organisations, or teams, departments, sites …"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Silo:
    """The scheme's own word for one silo, in every form a sentence needs."""

    one: str = "organisation"

    @property
    def many(self) -> str:
        """'organisations', 'teams', 'agencies', 'branches'."""
        if re.search(r"[^aeiou]y$", self.one):
            return self.one[:-1] + "ies"
        return self.one + ("es" if re.search(r"(s|x|z|ch|sh)$", self.one) else "s")

    @property
    def a(self) -> str:
        """'an organisation', 'a team'; 'a unit', 'a university'."""
        vowel = re.match(r"[aeio]|u(?!ni)", self.one, re.IGNORECASE)
        return f"{'an' if vowel else 'a'} {self.one}"

    @property
    def title(self) -> str:
        """'Organisation', at the head of a column."""
        return self.one[:1].upper() + self.one[1:]

    @property
    def titles(self) -> str:
        """'Organisations', at the head of a column."""
        return self.many[:1].upper() + self.many[1:]

    def count(self, number: int) -> str:
        """'1 organisation', '1,200 organisations'."""
        return f"{number:,} {self.one if number == 1 else self.many}"
