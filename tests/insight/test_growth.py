"""Growth of connections."""

from itertools import combinations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight.summary import Summary

MATCHES = st.lists(
    st.tuples(
        st.integers(1, 5), st.sets(st.integers(0, 9), min_size=2, max_size=3), st.sampled_from(["yes", "no", "unknown"])
    ),
    min_size=1,
    max_size=20,
)


@given(MATCHES)
def test_each_round_counts_what_there_was_by_then(matches: list[tuple[int, set[int], str]]) -> None:
    """Recounted from scratch for each round, the running totals are the same; and they never fall."""
    rows = [(n, m, p, f"Org {p % 3}", met, False) for m, (n, people, met) in enumerate(matches) for p in people]
    names = ["round", "match", "person", "organisation", "met", "disagree"]
    frame = pd.DataFrame(rows, columns=names).astype({"organisation": "str", "met": "str", "disagree": bool})
    growth = Summary(frame).growth("people").set_index("round")
    for number in growth.index:
        so_far = [(set(combinations(sorted(people), 2)), met) for at, people, met in matches if at <= number]
        introduced = set().union(*(pairs for pairs, _ in so_far))
        met = set().union(*(pairs for pairs, how in so_far if how == "yes"))
        present = [
            set().union(*(people for one, people, _ in matches if one == at)) for at in growth.index if at <= number
        ]
        possible = set().union(*(combinations(sorted(people), 2) for people in present))
        assert growth.loc[number].tolist() == [len(met), len(introduced), len(possible)]
    for of in ("people", "organisations"):
        totals = Summary(frame).growth(of)
        assert (totals.diff().dropna() >= 0).all(axis=None)
        assert ((totals["met"] <= totals["introduced"]) & (totals["introduced"] <= totals["possible"])).all()


@given(MATCHES)
def test_growth_ends_at_the_headline(matches: list[tuple[int, set[int], str]]) -> None:
    """The last point of the chart is the figure above it."""
    rows = [(n, m, p, f"Org {p % 3}", met, False) for m, (n, people, met) in enumerate(matches) for p in people]
    names = ["round", "match", "person", "organisation", "met", "disagree"]
    summary = Summary(pd.DataFrame(rows, columns=names).astype({"organisation": "str", "met": "str", "disagree": bool}))
    last = summary.growth("organisations").iloc[-1]
    assert (last["met"], last["possible"]) == (summary.linked().count, summary.linked().of)
    assert last["introduced"] == summary.linked("introduced").count
