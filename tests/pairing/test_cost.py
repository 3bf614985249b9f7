"""One integer holds every tier, at any size."""

import numpy as np
import pytest

from coffee.pairing.costs import APART, ROOM, tiers, units
from coffee.pairing.wishes import read


@pytest.mark.parametrize("size", [10, 400, 10_000, 1_000_001])
@pytest.mark.parametrize("plain", [True, False])
def test_no_tier_can_outweigh_a_higher_one(size: int, plain: bool) -> None:
    """All flaws that a draw can have in the lower tiers together weigh less than one repeat or one shared silo."""
    some = np.zeros(size, int)
    more = {} if plain else {"trios": np.arange(size) % 4, "present": some, "quiet": some == 0, "mix": some}
    problem = read(some, met=np.array([(0, 1)]), prefer_new_links=not plain, **more)
    unit, pairs = units(problem), size // 2 + 2
    lower = {
        "burden": 0 if plain else 45,
        "last_round": pairs,
        "recency": 15 * pairs,
        "known_link": pairs,
        "quiet": pairs,
        "alike": pairs,
    }
    rest = sum(count * unit.get(name, 0) for name, count in lower.items())
    assert rest < unit["same_silo"]
    assert rest + pairs * unit["same_silo"] < unit["repeats"]
    assert rest + pairs * unit["same_silo"] + pairs * unit["repeats"] < ROOM < APART
    found = tiers(unit, 3 * unit["repeats"] + 2 * unit["same_silo"] + rest)
    assert (found["repeats"], found["same_silo"]) == (3, 2)
