"""The page on feedback."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, answers, edits, quotes
from coffee.scheme.answers import Answer

Page = Callable[..., AppTest]
Fill = Callable[..., None]
YES, NO = Answer("yes"), Answer("no")
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
    silent = "Round 1: 0 of 1 matches met (0\xa0%), 0 did not, 1 not known. 0 of 2 people asked"
    assert silent in words(open_page("feedback", view=view))


def test_figures_are_counted_and_sure_of_themselves(open_page: Page, fill: Fill) -> None:
    """Half of four answered; of two matches one met and one is not known."""
    fill(["A", "B", "C", "D"], [[((0, 1), Answer("yes", useful=4)), ((2, 3), None)]])
    test = open_page("feedback")
    figures = {metric.label: metric.delta for metric in test.metric}
    assert figures["Answered"] == "2 of 4 people asked"
    assert figures["Met"] == "1 of 2 matches, 1 not known"
    assert figures["Useful"] == "fewer than 5 ratings"
    assert "so the share that met is between 50" in words(test)


def test_few_answers_are_not_shown_by_organisation_or_rating(open_page: Page, fill: Fill) -> None:
    """Under five answers opinions are neither counted nor broken down, whatever the number of other answers."""
    fill(["A", "B", "C", "D"], [[((0, 1), Answer("yes", useful=1, again=True)), ((2, 3), NO)]] * 2)
    test = open_page("feedback")
    assert "No organisation has answers from 5 people yet" in words(test)
    figures = {metric.label: (metric.value, metric.delta) for metric in test.metric}
    assert figures["Would do it again"] == ("–", "fewer than 5 answers")
    assert figures["Met"][1] == "2 of 4 matches"
    said = words(open_page("feedback", view="Ratings"))
    assert said.count("once there are 5 answers") == 2


def test_the_funnel_is_of_the_chosen_round(open_page: Page, fill: Fill) -> None:
    """Answers count also where nobody met, and each step says whom it was counted from."""
    fill(["A", "B", "C", "D"], [[((0, 1), YES), ((2, 3), YES)], [((0, 1), NO)]])
    assert "0 of 2 people drawn are known to have met (0\xa0%); 2 of 2 people drawn have answered" in words(
        open_page("feedback", round="2")
    )
    assert "4 of 4 people drawn are known to have met" in words(open_page("feedback"))


def test_partners_who_disagree_are_listed_with_a_way_to_the_round(open_page: Page, fill: Fill, scheme: Scheme) -> None:
    """A table below the sentence says who says what."""
    fill(["A", "B"], [[((0, 1), YES)], [((0, 1), YES)]])
    with scheme.writing() as db:
        answers.save(db, 2, 2, NO, datetime(2026, 3, 3, tzinfo=UTC))
    test = open_page("feedback")
    assert "In 1 match the partners disagree" in words(test)
    assert test.table[0].value.to_dict("list") == {
        "Round": [2], "Says they met": [r"Person 1\, A"], "Says they did not": [r"Person 2\, B"]
    }  # fmt: skip
    assert [link.proto.label for link in test.get("page_link")] == ["Go to round 2"]
    assert open_page("rounds", round="1").selectbox[0].value == 1
    assert "disagree" not in words(open_page("feedback", round="1"))


def test_rates_stand_by_round_and_by_organisation(open_page: Page, fill: Fill) -> None:
    """Each with a sentence of its own, for organisations with answers from five people."""
    fill(["A", "B"] * 5, [[((one, one + 1), YES) for one in range(0, 10, 2)]] * 6)
    test = open_page("feedback")
    assert "Rates by round" in words(test)
    assert "Between round 1 and round 6 no rate has changed more than chance alone may explain" in words(test)
    assert "2 organisations have answers from at least 5 people. None clearly meets more or less often" in words(test)


def test_a_round_can_be_chosen_by_address(open_page: Page, fill: Fill) -> None:
    """Figures of one round count that round only."""
    fill(["A", "B"], [[((0, 1), Answer("no"))], [((0, 1), Answer("yes"))]])
    assert {m.label: m.delta for m in open_page("feedback", round="1").metric}["Met"] == "0 of 1 matches"
    assert {m.label: m.delta for m in open_page("feedback").metric}["Met"] == "1 of 2 matches"


def test_the_sentence_follows_the_round_and_counts_as_the_figures_do(open_page: Page, fill: Fill) -> None:
    """The met rate is in the page's sentence and its figure, with one denominator, and nowhere else."""
    first = [((0, 1), Answer("no")), ((2, 3), Answer("yes")), ((4, 5), None)]
    fill(list("ABCDEF"), [first, [((0, 2), Answer("yes")), ((1, 4), None), ((3, 5), None)]])
    one, every = open_page("feedback", round="1"), open_page("feedback")
    assert "Round 1: 1 of 3 matches met" in words(one)
    assert "All 2 rounds: 2 of 6 matches met" in words(every)
    assert {m.label: m.delta for m in every.metric}["Met"] == "2 of 6 matches, 3 not known"
    assert words(every).count("2 of 6 matches") == 1


def test_words_are_shown_as_they_were_typed(open_page: Page, fill: Fill) -> None:
    """Markdown in a story stays what it is, and selling is not among the comments."""
    fill(["A", "B"], [[((0, 1), STORY)]])
    test = open_page("feedback", view="Comments")
    assert "We *shared* $5 of bins" in [text.value for text in test.text]
    assert "CRM" not in words(test)
    selling = words(open_page("feedback", view="Selling"))
    assert "A CRM pitch" in selling
    assert "Reported by Person 1, A, about Person 2 · round 1" in selling


def test_words_of_who_has_not_met_reach_the_organiser(open_page: Page, fill: Fill) -> None:
    """Selling by mail and a story are shown without a meeting, and a reason beside a meeting is no reason counted."""
    fill(
        ["A", "B"],
        [
            [((0, 1), Answer("not yet", selling="Mail about a CRM", story="A form"))],
            [((0, 1), Answer("yes", why_not="Old"))],
        ],
    )
    assert [text.value for text in open_page("feedback", view="Comments").text] == ["A form"] * 2
    assert "Mail about a CRM" in words(open_page("feedback", view="Selling"))
    assert "Old" not in words(open_page("feedback", view="Ratings"))


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


def test_two_organisers_see_one_choice_for_the_report(open_page: Page, fill: Fill, scheme: Scheme) -> None:
    """A colleague’s choice shows on the next run, also over a switch that was pressed here; a press then undoes it."""
    fill(["A", "B"], [[((0, 1), STORY)]])
    test, colleague = open_page("feedback", view="Comments"), open_page("feedback", view="Comments")
    test.toggle[0].set_value(True).run()
    test.toggle[0].set_value(False).run()
    colleague.toggle[0].set_value(True).run()
    assert test.run().toggle[0].value
    test.toggle[0].set_value(False).run()
    with scheme.reading() as db:
        assert not quotes.chosen(db)
    assert not test.exception


def test_why_not_is_there_when_asked_for(open_page: Page, fill: Fill) -> None:
    """The page opens on stories and comments; reasons for not meeting come with a choice."""
    fill(["A", "B"], [[((0, 1), Answer("no", why_not="On leave", comment="Sorry"))]])
    assert [text.value for text in open_page("feedback", view="Comments").text] == ["Sorry"] * 2
    assert [text.value for text in open_page("feedback", view="Comments", kinds="Why not").text] == ["On leave"] * 2


def test_stories_to_share_and_chosen_ones_are_found(open_page: Page, fill: Fill, scheme: Scheme) -> None:
    """One filter shows what may be shared, another what was chosen of it."""
    fill(["A", "B", "C"], [[((0, 1), STORY), ((2,), Answer("yes", story="Between us", comment="Nice"))]])
    with scheme.writing() as db:
        quotes.choose(db, 1, 2, True)
    assert len(open_page("feedback", view="Comments").text) == 4
    assert len(open_page("feedback", view="Comments", only="May be shared").text) == 2
    assert len(open_page("feedback", view="Comments", only="Chosen for the report").text) == 1


def test_comments_are_searched(open_page: Page, fill: Fill) -> None:
    """A search that finds nothing says so."""
    fill(["A", "B"], [[((0, 1), STORY)]])
    test = open_page("feedback", view="Comments", search="bins")
    assert len([text for text in test.text if "bins" in text.value]) == 2
    test = open_page("feedback", view="Comments", search="nowhere")
    assert not test.text
    assert "Nothing matches" in words(test)


def test_what_an_organiser_edited_or_removed_is_marked(
    scheme: Scheme, fill: Callable[..., None], open_page: Callable[..., AppTest], now: datetime
) -> None:
    """The edited comment stands with its trace; the removed one leaves only that."""
    fill(["A", "B"], [[((0, 1), Answer("yes", comment="Rude", story="Long"))]])
    with scheme.writing() as db:
        edits.edit(db, 1, 1, "comment", "Rude", "Kind", now)
        edits.edit(db, 1, 2, "story", "Long", "", now)
    page = open_page("feedback", view="Comments")
    assert not page.exception
    assert [text.value for text in page.text].count("Kind") == 1
    told = [caption.value for caption in page.caption if "organiser" in caption.value]
    assert told == [
        "Edited by an organiser on Tue 3 March",
        "Story by Person 2 about round 1\\: removed by an organiser on Tue 3 March",
    ]
    edit = next(button for button in page.button if str(button.key).endswith("edit-1-1-Comment"))
    assert [area.value for area in edit.click().run().text_area] == ["Kind"]
