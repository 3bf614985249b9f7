"""Wishes that leave many people few others: kept whenever they can be, however large the scheme."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from coffee.pairing import PairingError, pair


@pytest.mark.parametrize(
    ("size", "hubs", "partners"),
    [(601, 200, 200), (1500, 140, 140), (1500, 200, 220), (1501, 300, 300), (2000, 160, 160)],
)
def test_many_hubs_with_just_enough_partners_are_all_matched(size: int, hubs: int, partners: int) -> None:
    """Hubs who may meet certain people only, and as many of these: a tight wish is not an impossible one."""
    apart = [(h, p) for h in range(hubs) for p in range(h + 1, size) if not hubs <= p < hubs + partners]
    drawn = pair(np.arange(size), apart=apart, seed=1)
    assert (drawn.repeats, drawn.proven) == (0, True)
    groups = [row[row >= 0] for row in drawn.matches]
    assert sorted(np.concatenate(groups).tolist()) == list(range(size))
    wishes = {frozenset(wish) for wish in apart}
    assert not any(frozenset(p) in wishes for group in groups for p in combinations(group.tolist(), 2))


@pytest.mark.parametrize(("size", "hubs"), [(601, 160), (1500, 160), (1501, 200)])
def test_one_hub_too_many_is_an_error_that_names_them(size: int, hubs: int) -> None:
    """Two hubs more than there are partners, or three where one may find a place in the trio: nobody else is named."""
    partners = hubs - 2 - size % 2
    apart = [(h, p) for h in range(hubs) for p in range(h + 1, size) if not hubs <= p < hubs + partners]
    with pytest.raises(PairingError) as caught:
        pair(np.arange(size), apart=apart, seed=1)
    assert caught.value.kind == "stranded"
    assert set(caught.value.people) <= set(range(hubs))


@pytest.mark.parametrize("wishes", [{}, {"odd_sits_out": True}, {"together": [(8, 9)]}])
def test_a_large_scheme_finds_the_one_place_for_its_odd_person(wishes: Any) -> None:
    """A hub who may meet one pair only, who may meet nobody but each other and the hub: they are the trio."""
    size = 1501
    apart = [(a, b) for a in (0, 1, 2) for b in range(size) if b not in (0, 1, 2)]
    drawn = pair(np.arange(size), apart=apart, seed=1, **wishes)
    trio = drawn.matches[drawn.matches[:, 2] >= 0]
    assert drawn.sits_out in (0, 1, 2) if "odd_sits_out" in wishes else sorted(trio[0].tolist()) == [0, 1, 2]


def test_a_hub_of_a_large_scheme_may_join_a_couple() -> None:
    """Somebody who may meet nobody but two people put together joins them."""
    size = 1501
    drawn = pair(np.arange(size), apart=[(0, b) for b in range(3, size)], together=[(1, 2)], seed=1)
    assert sorted(drawn.matches[drawn.matches[:, 2] >= 0][0].tolist()) == [0, 1, 2]
