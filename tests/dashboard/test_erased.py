"""The traces of an erased person in the dashboard."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from coffee.dashboard import frame
from coffee.scheme import Scheme, erasure, people
from coffee.scheme.answers import Answer

Page = Callable[..., AppTest]
Fill = Callable[..., None]
PAGES = ["overview", "people", "rounds", "emails", "connections", "feedback", "settings"]


@pytest.fixture
def erased(scheme: Scheme, fill: Fill) -> Scheme:
    """Three of six people are erased: one who answered, one who did not, one of a closed round only."""
    said = Answer("yes", comment="Good", conduit=True)
    first, second = [((0, 1), said), ((2, 3), None), ((4, 5), said)], [((0, 2), said), ((1, 3), None)]
    fill(["A", "B", "C", "A", "B", "C"], [first, second])
    with scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'closed' WHERE number = 1")
        for person in (1, 4, 5):
            erasure.erase(db, person)
    return scheme


@pytest.mark.parametrize("state", ["published", "draft", "closed"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_goes_on_without_them(erased: Scheme, open_page: Page, name: str, state: str) -> None:
    """Nothing goes wrong on any page while the newest round is out, closed or still a draft."""
    with erased.writing() as db:
        db.execute("UPDATE rounds SET state = ? WHERE number = 2", [state])
        db.execute("DELETE FROM answers WHERE match_id > 3 AND ? = 'draft'", [state])
    page = open_page(name)
    assert not page.exception
    assert not page.error


def test_their_match_is_still_listed(erased: Scheme, open_page: Page) -> None:
    """The round's page says that somebody was erased where their name was, beside the name of the other."""
    said = [element.value.replace("\\", "") for element in open_page("rounds").markdown]
    assert "**Somebody erased** A · **Person 3** C" in said
    assert "**Person 2** B · **Somebody erased** A" in said


def test_their_partner_can_be_matched_anew(erased: Scheme, open_page: Page) -> None:
    """Whoever takes themselves away leaves a partner: the organiser is told, unless it is known whether they met."""
    page = open_page("rounds")
    said = [element.value.replace("\\", "") for element in page.markdown]
    assert [line for line in said if "Cannot meet this time" in line] == [
        ":material/person_alert: Cannot meet this time: Somebody erased"
    ]
    next(button for button in page.button if button.label == "Find a new match").click().run()
    assert not page.exception
    assert not page.error
    assert [warning.value.partition(" to meet")[0] for warning in page.warning] == ["There is nobody for Person 2"]


def test_who_has_left_is_told_like_who_cannot(scheme: Scheme, fill: Fill, open_page: Page) -> None:
    """Leaving in the middle of a round frees the partner for a repair."""
    fill(["A", "B", "C", "A"], [[((0, 1), None), ((2, 3), None)]])
    with scheme.writing() as db:
        people.leave(db, [3])
    said = [element.value.replace("\\", "") for element in open_page("rounds").markdown]
    assert ":material/person_alert: Cannot meet this time: Person 3" in said


def test_the_organiser_reads_what_was_replaced_until_they_have_looked(
    scheme: Scheme, fill: Fill, open_page: Page
) -> None:
    """Somebody erases themselves: People shows the texts of others that were changed, without the name."""
    fill(["A", "B"], [[((0, 1), Answer("yes", comment="Person 2 and I share joint projects"))]])
    with scheme.writing() as db:
        erasure.erase(db, 2, by_themselves=frame.now())
    page = open_page("people")
    [told] = [expander for expander in page.expander if "erased themselves" in expander.label]
    assert told.label.endswith("1 place where others named them changed.")
    assert told.caption[0].value == r"Comment\, by Person 1 about round 1"
    assert told.text[0].value == "[erased] and I share joint projects"
    next(button for button in page.button if button.label == "I have looked at these").click().run()
    assert not page.expander
    assert not page.exception
