"""The sample roster that comes with the product."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from coffee.roster import Roster, compare
from coffee.roster.spellings import near_duplicates

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample-roster.csv"


def test_all_sixty_people_of_twelve_organisations_are_read(roster: Callable[..., Roster]) -> None:
    """Nobody is rejected, nothing needs a look, and no two organisations look alike."""
    found = compare(roster(SAMPLE.read_bytes()), [], date(2026, 3, 2))
    silos = [new.row.text("organisation") for new in found.new]
    assert (len(found.new), len(set(silos)), found.refused, found.remarks) == (60, 12, [], [])
    assert near_duplicates(dict.fromkeys(silos, 1)) == []
