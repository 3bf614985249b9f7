"""What became of a step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """A sentence; empty when somebody else was quicker."""

    said: str = ""
    went_wrong: bool = False
