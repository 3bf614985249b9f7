"""A match at a glance."""

import pandas as pd

from coffee.rounds.match_summary import summaries

NOBODY = pd.DataFrame({"one": [], "other": []})


def seats(*matches: tuple[tuple[int, str], ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"match": number, "person": person, "name": f"P{person}", "organisation": where, "locked": False,
             "met": "unknown", "answers": 0, "disagree": False}
            for number, match in enumerate(matches) for person, where in match
        ]
    )  # fmt: skip


def met(*pairs: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=["one", "other", "round"])


def test_a_match_without_flaws_says_nothing() -> None:
    """Two people of two organisations who never met: no flaw."""
    (summary,) = summaries(seats(((1, "Devon"), (2, "Kent"))), met(), NOBODY, {}, 3)
    assert summary.flaws == ()


def test_each_flaw_is_said_in_words() -> None:
    """A repeat names the last round before this one, a shared organisation its name, and who is away why."""
    past = met((1, 2, 1), (1, 2, 2), (1, 2, 3))
    apart = pd.DataFrame({"one": [1], "other": [2]})
    (summary,) = summaries(seats(((2, "Devon"), (1, "Devon"))), past, apart, {2: "has left"}, 3)
    assert summary.flaws == ("P2 has left", "Set apart", "Met in round 2", "Both from Devon")


def test_in_a_trio_the_flaw_says_of_whom() -> None:
    """Only the pair that met before is named."""
    (summary,) = summaries(seats(((1, "A"), (2, "B"), (3, "C"))), met((1, 3, 1)), NOBODY, {}, 2)
    assert summary.flaws == ("P1 and P3: Met in round 1",)


def test_a_match_is_found_by_part_of_a_name_in_any_case() -> None:
    """Searching looks at names and organisations."""
    (summary,) = summaries(seats(((1, "Devon"), (2, "Kent"))), met(), NOBODY, {}, 1)
    assert summary.mentions("devo")
    assert not summary.mentions("Surrey")
