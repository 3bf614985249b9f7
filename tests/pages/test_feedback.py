"""The page on feedback."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, quotes
from coffee.scheme.answers import Answer

Page = Callable[..., AppTest]
Fill = Callable[..., None]
STORY = Answer("yes", useful=5, story="We *shared* $5 of bins", story_may_be_shared=True, selling="A CRM pitch")
VIEWS = ["Meetings", "Ratings", "Comments", "Selling"]


def words(test: AppTest) -> str:
    return "\n".join(
        element.value.replace("\\", "")
        for element in [*test.header, *test.markdown, *test.info, *test.success, *test.text]
    )


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_an_empty_scheme_and_of_a_silent_round(open_page: Page, fill: Fill, view: str) -> None:
    """Before the first round and before the first answer there is a sentence, not a hole."""
    assert "No round is out yet" in words(open_page("feedback", view=view))
    fill(["A", "B"], [[((0, 1), None)]])
    assert "Round 1: 0 of 1 matches have met" in words(open_page("feedback", view=view))


def test_figures_are_counted_and_sure_of_themselves(open_page: Page, fill: Fill) -> None:
    """Half of four answered; of the one match known, all met."""
    fill(["A", "B", "C", "D"], [[((0, 1), Answer("yes", useful=4)), ((2, 3), None)]])
    test = open_page("feedback")
    figures = {metric.label: metric.delta for metric in test.metric}
    assert figures["Answered"] == "2 of 4 asked"
    assert figures["Met"] == "1 of 1 matches"
    assert figures["Useful"] == "2 of 2 ratings"
    assert "Counting the 1 not known, it is between 50" in words(test)


def test_few_answers_are_not_shown_by_organisation_or_rating(open_page: Page, fill: Fill) -> None:
    """Under five answers neither ratings nor organisations are broken down."""
    fill(["A", "B"], [[((0, 1), Answer("yes", useful=1))]])
    assert "No organisation has 5 answers yet" in words(open_page("feedback"))
    assert "once there are 5 answers" in words(open_page("feedback", view="Ratings"))


def test_a_round_can_be_chosen_by_address(open_page: Page, fill: Fill) -> None:
    """Figures of one round count that round only."""
    fill(["A", "B"], [[((0, 1), Answer("no"))], [((0, 1), Answer("yes"))]])
    assert {m.label: m.delta for m in open_page("feedback", round="1").metric}["Met"] == "0 of 1 matches"
    assert {m.label: m.delta for m in open_page("feedback").metric}["Met"] == "1 of 2 matches"


def test_words_are_shown_as_they_were_typed(open_page: Page, fill: Fill) -> None:
    """Markdown in a story stays what it is, and selling is not among the comments."""
    fill(["A", "B"], [[((0, 1), STORY)]])
    test = open_page("feedback", view="Comments")
    assert "We *shared* $5 of bins" in [text.value for text in test.text]
    assert "CRM" not in words(test)
    selling = words(open_page("feedback", view="Selling"))
    assert "A CRM pitch" in selling
    assert "Reported by Person 1, A, about Person 2 · round 1" in selling


def test_a_story_is_chosen_for_the_report_only_with_permission(open_page: Page, fill: Fill, scheme: Scheme) -> None:
    """The switch is there for stories that may be shared, and what it says is kept."""
    refused = Answer("yes", story="Not for others", story_may_be_shared=False)
    fill(["A", "B", "C", "D"], [[((0, 1), STORY), ((2, 3), refused)]])
    test = open_page("feedback", view="Comments")
    assert len(test.toggle) == 2
    test.toggle[0].set_value(True).run()
    with scheme.reading() as db:
        assert len(quotes.chosen(db)) == 1
    test.toggle[0].set_value(False).run()
    with scheme.writing() as db:
        assert not quotes.chosen(db)
        quotes.choose(db, 2, 3, True)
        assert not quotes.chosen(db)


def test_comments_are_searched(open_page: Page, fill: Fill) -> None:
    """A search that finds nothing says so."""
    fill(["A", "B"], [[((0, 1), STORY)]])
    test = open_page("feedback", view="Comments", search="bins")
    assert len([text for text in test.text if "bins" in text.value]) == 2
    test = open_page("feedback", view="Comments", search="nowhere")
    assert not test.text
    assert "Nothing matches" in words(test)
