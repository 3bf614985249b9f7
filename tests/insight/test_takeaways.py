"""The sentence beside each chart."""

import pandas as pd

from coffee.insight import takeaways
from coffee.insight.rates import Rate


def test_the_heat_map_says_how_far_the_silos_are_broken() -> None:
    """Some, none, all, and a scheme of one organisation."""
    some = takeaways.of_silo_map(Rate(37, 66), Rate(46, 66))
    assert (
        some
        == "37 of 66 pairs of organisations have been linked (56\N{NO-BREAK SPACE}%). 20 have never been introduced."
    )
    assert takeaways.of_silo_map(Rate(0, 3), Rate(1, 3)).endswith("1 has been introduced.")
    assert takeaways.of_silo_map(Rate(3, 3), Rate(3, 3)).startswith("All 3")
    assert "one organisation" in takeaways.of_silo_map(Rate(0, 0), Rate(0, 0))


def test_one_of_a_thing_is_not_called_several() -> None:
    """Grammar holds for one."""
    said = takeaways.of_scheme(1, 1, 1, 1)
    assert said == "After 1 round, 1 person from 1 organisation have made 1 connection by meeting."


def test_disagreement_is_said_or_nothing_is() -> None:
    """Partners who disagree are counted; without any there is no sentence."""
    frame = pd.DataFrame({"disagree": [True, False]})
    assert str(takeaways.of_disagreement(frame)).startswith("In 1 match the partners disagree")
    assert takeaways.of_disagreement(frame[1:]) is None


def test_met_says_how_sure_it_is() -> None:
    """The rate of those known, its interval, and the bounds over all."""
    said = takeaways.of_met(pd.DataFrame({"met": ["yes"] * 3 + ["no"] + ["unknown"] * 4}))
    space = "\N{NO-BREAK SPACE}"
    assert said == (
        f"3 of 4 matches of which we know have met (75{space}%); the true rate is likely between 30{space}% and "
        f"95{space}%. Counting the 4 not known, it is between 38{space}% and 88{space}% of all 8."
    )
