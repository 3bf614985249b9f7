"""The sentence beside each chart."""

import pandas as pd

from coffee.insight import takeaways
from coffee.insight.figures import Outcomes
from coffee.insight.rates import Rate
from coffee.insight.summary import Size
from coffee.text.silo import Silo


def test_the_heat_map_says_how_far_the_silos_are_broken() -> None:
    """Some, none, all, and a scheme of one organisation."""
    some = takeaways.of_silo_map(Silo(), Rate(37, 66), Rate(46, 66), 66)
    assert (
        some
        == "37 of 66 pairs of organisations have been linked (56\N{NO-BREAK SPACE}%). 20 have never been introduced."
    )
    assert takeaways.of_silo_map(Silo(), Rate(0, 3), Rate(1, 3), 3).endswith("1 has been introduced.")
    assert takeaways.of_silo_map(Silo(), Rate(3, 3), Rate(3, 3), 3).startswith("All 3")
    assert "No two organisations" in takeaways.of_silo_map(Silo(), Rate(0, 0), Rate(0, 0), 0)


def test_a_chart_of_some_says_which() -> None:
    """The sentence describes the selection if the chart does not have everything."""
    reach = pd.DataFrame({"organisation": ["A", "B"], "met": [2, 7], "others": [59, 59]})
    said = takeaways.of_reach(Silo("team"), reach, "the 30 least linked of 60 teams")
    space = "\N{NO-BREAK SPACE}"
    assert (
        said == f"The chart shows the 30 least linked of 60 teams. B has met 7 of 59 others (12{space}%); A has met 2."
    )
    assert "Each of these 2 teams" in takeaways.of_reach(Silo("team"), reach.assign(met=7))
    assert "1 has met no other yet" in takeaways.of_reach(Silo("team"), reach.assign(met=[0, 7]))
    assert "None of these 2 teams" in takeaways.of_reach(Silo("team"), reach.assign(met=0))
    drawn = takeaways.of_silo_map(Silo("team"), Rate(1, 3), Rate(2, 3), 3, "the 2 largest of 3 teams")
    assert drawn.endswith("The chart shows the 2 largest of 3 teams.")


def test_one_drawn_alone_stands_beside_the_whole_round() -> None:
    """A picture of one organisation also says how the whole round went, and a trio is one match."""
    ties = pd.DataFrame({"match": [1, 2, 3, 4, 4, 4], "met": ["yes", "no", "unknown", *["yes"] * 3]})
    space = "\N{NO-BREAK SPACE}"
    whole = f"2 of 4 matches met (50{space}%), 1 did not, 1 not known."
    assert takeaways.of_picture(ties, 3) == f"In round 3, {whole}"
    said = takeaways.of_picture(ties, 3, ("Leeds", ties[:2]))
    assert said.startswith(f"In round 3, 1 of 2 matches with Leeds met (50{space}%), and 1 did not.")
    assert said.endswith(f"In the whole round, {whole}")


def test_one_of_a_thing_is_not_called_several() -> None:
    """Grammar holds for one."""
    said = takeaways.of_scheme(Silo(), Size(1, 1, 1, 1), 1)
    assert said == "1 person from 1 organisation has taken part in 1 round, and 1 pair of people has met."


def test_connections_of_people_who_are_gone_are_told_apart() -> None:
    """The sentence counts the pairs that are both still here, beside all that met."""
    assert takeaways.of_scheme(Silo(), Size(3, 9, 3, 12), 7).endswith(
        "12 pairs of people have met. In 7 of these pairs both people still take part."
    )


def test_links_stand_beside_what_the_seats_allow() -> None:
    """The sentence says how many pairs the seats so far could link, if that is fewer than all."""
    some = takeaways.of_silo_map(Silo(), Rate(2278, 44850), Rate(3521, 44850), 3521)
    assert some.endswith("The seats so far could have linked at most 3,521.")


def test_disagreement_is_said_or_nothing_is() -> None:
    """Partners who disagree are counted; without any there is no sentence."""
    assert str(takeaways.of_disagreement(1)).startswith("In 1 match the partners disagree")
    assert takeaways.of_disagreement(0) is None


def test_met_says_how_sure_it_is() -> None:
    """The sentence gives the range that unknown matches allow; the rate itself is the figure above."""
    space = "\N{NO-BREAK SPACE}"
    assert takeaways.of_met(Outcomes(3, 1, 4)) == (
        f"It is not known whether 4 of 8 matches (50{space}%) met, so the share that met is between "
        f"38{space}% and 88{space}%."
    )
    assert takeaways.of_met(Outcomes(3, 1)) == "The outcome of every match is known."


def test_what_came_of_it_names_the_most_and_the_least() -> None:
    """The sentence speaks of both ends of the chart."""
    frame = pd.DataFrame({"question": ["Again", "Helped"], "yes": [2, 8], "answers": [10, 10], "share": [0.2, 0.8]})
    space = "\N{NO-BREAK SPACE}"
    said = f"Most often yes: Helped, 8 of 10 answers (80{space}%). Least often: Again, 2 of 10 answers (20{space}%)."
    assert takeaways.of_outcomes(frame) == said


def test_rounds_that_were_answered_most_and_least_are_named() -> None:
    """The sentence reads the chart: its highest bar and its lowest."""
    rounds = pd.DataFrame({"round": [1, 2, 3], "answered": [5, 9, 4], "asked": [10, 10, 10]})
    said = takeaways.of_response(rounds)
    assert said.startswith("Most in round 2: 9 of 10 people asked have answered")
    assert "Fewest in round 3: 4 of 10" in said
    assert takeaways.of_response(rounds[:1]).endswith("in round 1.")
    assert takeaways.of_response(rounds.assign(answered=7)).startswith("In each round 70")
    assert takeaways.of_response(rounds[:0]) == "Nobody has been asked yet."
