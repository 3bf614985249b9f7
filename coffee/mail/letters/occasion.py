"""The occasion of letters: the round or match they are about, the moment, and the office that signs them."""

from dataclasses import dataclass, replace
from datetime import datetime

from coffee.mail.letters.letter import Office


@dataclass(frozen=True)
class Occasion:
    """The event that letters are about. Each reader gets one letter of a kind for each `once`.

    `tag` groups letters in the mail provider's feedback reports.
    """

    office: Office
    now: datetime
    once: str
    tag: str
    round_id: int | None = None
    number: int = 0
    match_id: int | None = None

    @classmethod
    def of_round(cls, office: Office, round_id: int, number: int, now: datetime) -> "Occasion":
        """Return the occasion of a round, of which each reader hears once."""
        return cls(office, now, str(round_id), f"round-{number}", round_id, number)

    def of_match(self, match_id: int) -> "Occasion":
        """Return the occasion of one match in this round."""
        return replace(self, once=f"{self.once}:{match_id}", match_id=match_id)
