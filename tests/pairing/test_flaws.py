"""What pairs cost in schemes too large for tables: the same as a plain look at the history says."""

import numpy as np
import pytest

from coffee.pairing import flaws, pair
from coffee.pairing.check import read
from coffee.pairing.model import Rules


@pytest.mark.parametrize("bits", [flaws.BITS, 0])
@pytest.mark.parametrize("meetings", [0, 1, 40])
def test_links_are_those_of_the_history(monkeypatch, bits, meetings):
    """Two silos are linked when any two of their people met, whichever way the links are kept."""
    monkeypatch.setattr(flaws, "BITS", bits)
    rng = np.random.default_rng(meetings)
    silos, met = rng.integers(-5, 15, 50) * 7, rng.integers(0, 50, (meetings, 2))
    linked = {frozenset((silos[a], silos[b])) for a, b in met}
    people, others = rng.integers(0, 50, (2, 400))
    known = flaws.Links(read(silos, met=met, rules=Rules(prefer_new_links=True)))(people, others)
    expected = [int(frozenset((silos[a], silos[b])) in linked) for a, b in zip(people, others, strict=True)]
    assert known.tolist() == expected


def test_a_large_scheme_still_prefers_new_links():
    """Thirty thousand people: hardly anybody gets a linked pair of silos when few silos are linked."""
    size = 30_000
    rng = np.random.default_rng(0)
    silos, met = rng.integers(0, 300, size), rng.permutation(size).reshape(-1, 2)
    linked = {frozenset(link) for link in silos[met].tolist()}

    def known(drawn):
        return sum(frozenset(link) in linked for link in silos[drawn.matches[:, :2]].tolist())

    wished, plain = (pair(silos, met=met, seed=1, prefer_new_links=wish) for wish in (True, False))
    assert known(plain) > 1000
    assert known(wished) == 0
    assert wished.proven
