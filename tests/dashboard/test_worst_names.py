"""The worst names there are, on every organiser page."""

from collections.abc import Callable
from datetime import datetime

import lxml.html
import pytest
from streamlit.testing.v1 import AppTest

from coffee.dashboard.charts.figures import read as read_figures
from coffee.dashboard.connections.report import report
from coffee.scheme import Scheme
from coffee.scheme.answers import Answer
from tests.worst import WORST

Page = Callable[..., AppTest]
Fill = Callable[..., None]
VIEWS = {
    "connections": ["Silos", "Growth", "Network", "Ahead", "Conduits", "Share"],
    "feedback": ["Meetings", "Ratings", "Comments", "Selling"],
    "people": ["Everybody", "Upload a roster", "Organisations", "Set apart", "Let people join"],
}
PAGES = [("overview", ""), ("rounds", ""), ("emails", ""), ("settings", "")]
PAGES += [(noun, view) for noun, views in VIEWS.items() for view in views]


@pytest.fixture
def worst(scheme: Scheme, fill: Fill) -> Scheme:
    """Two rounds of people of the worst organisations, with the worst names, who said the worst things."""
    people = len(WORST) // 2 * 2
    said = [Answer("yes", useful=5, story=name, comment=name, selling=name, story_may_be_shared=True) for name in WORST]
    first = [((one, one + 1), said[one]) for one in range(0, people, 2)]
    second = [((one, (one + 3) % people), said[one]) for one in range(0, people, 2)]
    fill(list(WORST), [first, second])
    with scheme.writing() as db:
        for person, name in enumerate(WORST, 1):
            db.table("people").update(
                person, {"name": name, "role": name, "topics": name, "phone": name, "chat_id": name}
            )
        db.execute("UPDATE rounds SET state = 'closed' WHERE number = 1")
    return scheme


@pytest.mark.parametrize(("noun", "view"), PAGES)
def test_no_name_stops_a_page(worst: Scheme, open_page: Page, noun: str, view: str) -> None:
    """Braces, JavaScript's own names and characters that XML forbids are names like any other."""
    page = open_page(noun, **({"part" if noun == "people" else "view": view} if view else {}))
    assert not page.exception
    assert not page.error


def test_no_name_stops_the_report(worst: Scheme, now: datetime) -> None:
    """Every chart is drawn in it, and every story is there."""
    with worst.reading() as db:
        figures = read_figures(db, now.date())
        chosen = {(match, person) for match, person in db.execute("SELECT match_id, person_id FROM answers").fetchall()}
    page = lxml.html.document_fromstring(report(figures, None, "Coffee {trial}", chosen, now))
    assert all(figure.find(".//path") is not None for figure in page.findall(".//figure"))
    assert len(page.findall(".//figure")) == len(page.findall(".//section[@class='chart']"))
    quoted = " ".join(quote.text_content() for quote in page.findall(".//blockquote"))
    assert "{0.__class__}" in quoted
    assert not page.xpath("//b | //script | //img | //a[not(starts-with(@href, '#'))]")
