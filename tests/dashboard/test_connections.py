"""The page on connections."""

from collections.abc import Callable
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, settings
from coffee.scheme.answers import Answer

YES, NO = Answer("yes"), Answer("no")
Page = Callable[..., AppTest]
Fill = Callable[..., None]
VIEWS = ["Silos", "Growth", "Network", "Ahead", "Conduits", "Share"]


def words(test: AppTest) -> str:
    return "\n".join(element.value.replace("\\", "") for element in [*test.header, *test.markdown, *test.info])


def test_an_empty_scheme_says_what_to_do_next(open_page: Page) -> None:
    """Before the first round the page says that it waits for one."""
    assert "No round is out yet" in words(open_page("connections"))


def test_the_first_figures_come_from_the_scheme(open_page: Page, fill: Fill) -> None:
    """One of three pairs of organisations has met, one was introduced in vain."""
    fill(["A", "B", "C", "A"], [[((0, 1), YES), ((2, 3), NO)]])
    test = open_page("connections")
    figures = {metric.label: (metric.value, metric.delta) for metric in test.metric}
    assert figures["Organisations linked"] == ("33\N{NO-BREAK SPACE}%", "1 of 3 pairs; 2 feasible")
    assert figures["People reached"] == ("50\N{NO-BREAK SPACE}%", "2 of 4 people")
    assert "1 of 3 pairs of organisations have been linked" in words(test)


@pytest.mark.parametrize("view", VIEWS)
def test_it_says_what_must_not_be_concluded(open_page: Page, fill: Fill, view: str) -> None:
    """Every view stands under the finding that most talks never become ties, with a link to who found it."""
    fill(["A", "B"], [[((0, 1), YES)]])
    said = words(open_page("connections", view=view))
    assert "A talk is not yet a tie. In one experiment with 112 aspiring entrepreneurs" in said
    assert "(https://doi.org/10.1186/s41469-020-0067-4)" in said


@pytest.mark.parametrize("view", VIEWS)
def test_one_round_one_silo_everybody_unmet(open_page: Page, fill: Fill, view: str) -> None:
    """Every view shows something deliberate for the smallest and the saddest scheme."""
    fill(["A", "A"], [[((0, 1), NO)]])
    assert words(open_page("connections", view=view))


@pytest.mark.parametrize("view", VIEWS)
def test_names_go_through_untouched(open_page: Page, fill: Fill, view: str) -> None:
    """Organisations whose names are Markdown, formulas, HTML or 300 characters long are only names."""
    names = [":red[A]", "$x$ <b>B</b>", "=cmd()", "NA", "李 O'Brien " * 30, "`code` _it_"]
    fill(names, [[((0, 1), YES), ((2, 3), None), ((4, 5), NO)], [((0, 2), YES), ((1, 3, 4), YES)]])
    test = open_page("connections", view=view)
    assert not [one for one in test.markdown if ":red[A]" in one.value]


def test_nobody_stands_between_others_after_a_first_round(open_page: Page, fill: Fill) -> None:
    """A list of people who all score nothing is no news."""
    fill(["A", "B", "C", "D"], [[((0, 1), YES), ((2, 3), YES)]])
    test = open_page("connections", view="Conduits")
    assert "Nobody yet, because the people who met know only each other." in words(test)
    assert not test.table


def test_who_joins_two_others_stands_between_them(open_page: Page, fill: Fill) -> None:
    """In a chain of four the two in the middle do, on two of three paths."""
    fill(["A", "B", "C", "D"], [[((0, 1), YES), ((2, 3), YES)], [((1, 2), YES), ((0, 3), NO)]])
    between = open_page("connections", view="Conduits").table[-1].value["Between"]
    assert between.astype(float).tolist() == [0, 0.667, 0.667, 0]


def test_the_chosen_round_is_in_the_address(open_page: Page, fill: Fill) -> None:
    """A link to round 1 opens round 1; without one the latest is open."""
    fill(["A", "B", "C", "D"], [[((0, 1), NO), ((2, 3), NO)], [((0, 2), YES), ((1, 3), YES)]])
    assert "In round 1, 0 of 2 matches met" in words(open_page("connections", view="Network", round="1"))
    assert "In round 2, 2 of 2 matches met" in words(open_page("connections", view="Network"))


def test_the_matches_of_two_organisations_can_be_looked_up(open_page: Page, fill: Fill) -> None:
    """Choosing two organisations shows who was behind their cell."""
    fill(["A", "B", "C", "A"], [[((0, 1), YES), ((2, 3), NO)]])
    test = open_page("connections", between="A", **{"with": "C"})
    table = test.table[-1].value
    assert sorted([table["Person"][0], table["With"][0]]) == [r"Person 3", r"Person 4"]
    assert table["How it went"].tolist() == ["Did not meet"]
    apart = open_page("connections", between="B", **{"with": "C"})
    assert "has been introduced" in words(apart)


def test_a_new_answer_is_seen_at_the_next_look(open_page: Page, fill: Fill, scheme: Scheme, now: datetime) -> None:
    """Figures are kept only for as long as the scheme stays the same."""
    from coffee.scheme import answers

    fill(["A", "B"], [[((0, 1), None)]])
    assert open_page("connections").metric[0].delta == "0 of 1 pairs"
    with scheme.writing() as db:
        answers.save(db, 1, 1, YES, now)
    assert open_page("connections").metric[0].delta == "1 of 1 pairs"


def test_the_draw_s_own_hand_is_said_aloud(open_page: Page, fill: Fill) -> None:
    """The share of meetings across silos stands beside what chance would give, and the page says who made it so."""
    fill(["A", "B", "C", "A"], [[((0, 1), YES), ((2, 3), NO)]])
    test = open_page("connections")
    across = next(metric for metric in test.metric if metric.label == "Across organisations")
    assert (across.value, across.delta) == ("100\N{NO-BREAK SPACE}%", "83\N{NO-BREAK SPACE}% by chance")
    assert "shows the draw at work, not a change of habit" in words(test)


def test_a_draw_without_regard_to_silos_is_not_said_to_cross_them(open_page: Page, fill: Fill, scheme: Scheme) -> None:
    """The page does not claim that draws cross organisations if pairs within one are welcome."""
    fill(["A", "B", "C", "A"], [[((0, 1), YES), ((2, 3), NO)]])
    with scheme.writing() as db:
        settings.put(db, "rules", {"silos_free": True})
    assert "on purpose" not in words(open_page("connections"))


def test_steps_of_a_sample_say_how_sure_they_are(open_page: Page, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure has an interval if distances were measured from a sample of people."""
    monkeypatch.setattr("coffee.insight.network.EXACT_UP_TO", 10)
    monkeypatch.setattr("coffee.insight.network.SOURCES", 8)
    people = [f"Team {one}" for one in range(12)]
    ring = [[((one, (one + step) % 12), YES) for one in range(0, 12, 2)] for step in (1, 11)]
    chord = [[((0, 6), YES)]]
    fill(people, ring + chord)
    steps = next(metric for metric in open_page("connections").metric if metric.label == "Typical steps apart")
    assert steps.delta.startswith("likely ")


def test_a_switch_counts_those_introduced(open_page: Page, fill: Fill) -> None:
    """The headline counts pairs that met, unless the organiser asks for those introduced."""
    fill(["A", "B", "C", "A"], [[((0, 1), YES), ((2, 3), NO)]])
    test = open_page("connections", introduced="true")
    assert {metric.label: metric.delta for metric in test.metric}[
        "Organisations introduced"
    ] == "2 of 3 pairs; 2 feasible"
