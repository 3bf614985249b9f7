"""Large schemes of odd number in which pairs alone strand somebody: the trio or the sit-out is put among them."""

from typing import Any

import numpy as np
import pytest

from coffee.pairing import PairingError, pair
from coffee.pairing.draw import refuse_apart
from coffee.pairing.wishes import read

SIZES = [453, 803, 1003, 2003]


def broken(drawn: Any, apart: Any) -> int:
    """The number of pairs of people set apart who are in one match."""
    wishes = {frozenset(wish) for wish in apart}
    rows = [[p for p in row if p >= 0] for row in drawn.matches.tolist()]
    return sum(frozenset((a, b)) in wishes for row in rows for a in row for b in row if a < b)


@pytest.mark.parametrize("size", [401, 451, 999, 1001])
def test_people_set_apart_are_never_drawn_together(size: int) -> None:
    """Three people who may meet one only cannot all be matched, with a trio or without: an error, not a draw."""
    apart = [(a, b) for a in range(3) for b in range(a + 1, size) if b != 5]
    with pytest.raises(PairingError) as caught:
        pair(range(size), apart=apart, seed=5056673265819504)
    assert caught.value.kind == "stranded"
    assert set(caught.value.people) <= {0, 1, 2}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rules", [{}, {"odd_sits_out": True}])
def test_a_circle_of_five_takes_the_odd_place(size: Any, rules: Any) -> None:
    """Five people apart from all others: one trio (or sit-out) among them, pairs everywhere else."""
    apart = [(a, b) for a in range(5) for b in range(5, size)]
    drawn = pair(range(size), apart=apart, seed=1, **rules)
    odd = [drawn.sits_out] if rules else next(row for row in drawn.matches.tolist() if row[2] >= 0)
    assert set(odd) <= set(range(5))
    assert (broken(drawn, apart), drawn.repeats, drawn.same_silo, drawn.proven) == (0, 0, 0, True)
    assert sorted([*drawn.matches[drawn.matches >= 0], *odd[: bool(rules)]]) == list(range(size))


@pytest.mark.parametrize(("size", "half"), [(451, 200), (1001, 500)])
def test_two_halves_apart_keep_the_trio_in_the_odd_one(size: int, half: int) -> None:
    """An even and an odd half that may not meet."""
    apart = [(a, b) for a in range(half) for b in range(half, size)]
    drawn = pair(range(size), apart=apart, seed=1)
    assert broken(drawn, apart) == 0
    assert min(drawn.matches[drawn.matches[:, 2] >= 0][0]) >= half


def test_a_draw_that_breaks_a_wish_is_refused() -> None:
    """The last guard does not trust any method of drawing."""
    problem = read(range(5), apart=[(1, 4), (2, 0)])
    refuse_apart(problem, np.array([(0, 1, -1), (2, 3, 4)]))
    with pytest.raises(PairingError) as caught:
        refuse_apart(problem, np.array([(0, 3, -1), (2, 1, 4)]))
    assert caught.value.people == (1, 4)
