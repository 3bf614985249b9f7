"""Rates and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from coffee.insight.rates import Rate, percentage


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombe_s_published_intervals(count: int, of: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    assert Rate(count, of).interval() == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), st.floats(0.5, 0.99))
def test_wilson_is_scipy_s(counts: tuple[int, int], confidence: float) -> None:
    """For any counts and confidence."""
    expected = binomtest(*counts).proportion_ci(confidence, method="wilson")
    assert Rate(*counts).interval(confidence) == pytest.approx((expected.low, expected.high))


def test_nothing_counted_says_nothing() -> None:
    """With nothing to count there is no share, and everything is possible."""
    assert Rate(0, 0).share is None
    assert Rate(0, 0).interval() == (0.0, 1.0)
    assert Rate(0, 0).words("pairs met") == "0 of 0 pairs met"


def test_a_number_never_stands_alone() -> None:
    """A rate is said with its counts, and the per cent does not part from its sign at the end of a line."""
    assert Rate(42, 60).words("pairs met") == "42 of 60 pairs met (70\N{NO-BREAK SPACE}%)"
    assert Rate(1234, 5000).words("people") == "1,234 of 5,000 people (25\N{NO-BREAK SPACE}%)"


@given(st.floats(0, 1))
def test_only_none_is_nought_and_only_all_is_a_hundred(share: float) -> None:
    """Rounding never claims that nobody or everybody did."""
    said = percentage(share).split("\N{NO-BREAK SPACE}")[0]
    assert (said == "0") == (share == 0)
    assert (said == "100") == (share == 1)
