"""The result of an automatic step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """A sentence about a step; empty when another program took it first."""

    said: str = ""
    went_wrong: bool = False
