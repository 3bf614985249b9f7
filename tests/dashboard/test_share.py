"""The report for the board."""

import re
from collections.abc import Callable
from datetime import datetime

import lxml.html
import pandas as pd
import pytest

from coffee.charts.picture_files import LETTERS
from coffee.dashboard.charts.figures import read as read_figures
from coffee.dashboard.connections import share
from coffee.dashboard.connections.report import report
from coffee.insight.research import anonymous_ties
from coffee.scheme import Scheme, numbering
from coffee.scheme.answers import Answer

Fill = Callable[..., None]
STORY = Answer("yes", useful=5, again=True, story="We <b>shared</b> & saved $5", story_may_be_shared=True)
PHONE = 480  # pixels, the least width of a chart in the page; a phone scrolls it
SECRET = Answer("yes", useful=2, again=True, story="Between us only", comment="Private", selling="A pitch")


@pytest.fixture
def made(scheme: Scheme, fill: Fill, now: datetime) -> Callable[..., lxml.html.HtmlElement]:
    """The report as a browser reads it."""
    fill(["<i>A</i>", "B", "C", "D", "B", "A & Co"], [[((0, 1), STORY), ((2, 3), SECRET), ((4, 5), None)]] * 2)

    def read(number: int | None, chosen: set[tuple[int, int]]) -> lxml.html.HtmlElement:
        with scheme.reading() as db:
            figures = read_figures(db, now.date())
        page = report(figures, number, "Coffee & <cake>", chosen, now.date())
        assert b"http" not in re.sub(rb'"http://www\.w3\.org/[^"]*"', b"", page), (
            "the page asks for nothing from outside"
        )
        return lxml.html.document_fromstring(page)

    return read


def test_the_report_has_figures_charts_and_numbers(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """Each chart is a drawing with a name for screen readers, a sentence and a table."""
    page = made(None, set())
    assert page.findtext(".//h1") == "Coffee & <cake>"
    figures = page.findall(".//figure")
    assert len(figures) == 7
    assert all(one.get("aria-label") and one.find(".//path") is not None for one in figures)
    assert len(page.findall(".//table")) == 7
    assert "2 of 10 pairs" in page.text_content()
    assert "Hasan and Koning 2020" in page.text_content()


def test_only_chosen_stories_that_may_be_shared_are_quoted(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """A story is there word for word with its writer; without permission it is not, whatever was chosen."""
    text = [quote.text_content() for quote in made(None, {(1, 1), (2, 3), (1, 2)}).findall(".//blockquote")]
    assert sorted(text) == [
        "“We <b>shared</b> & saved $5”\n— Person 1, <i>A</i>",
        "“We <b>shared</b> & saved $5”\n— Person 2, B",
    ]


def test_nobody_else_is_named(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """Without quotes there is no name, no comment and no report of selling in the page."""
    text = made(None, set()).text_content()
    assert not re.search(r"Person \d|Private|pitch|Between us", text)


def test_one_round_by_itself(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """The report on a round says so, and has what is about that round alone."""
    page = made(1, set())
    assert "Round 1:" in page.findtext(".//header/p")
    titles = [heading.text for heading in page.findall(".//h2")]
    assert "The network in round 1" in titles
    assert not {"How many matches met", "How many answered", "Which organisations have been linked"} & set(titles)


def test_the_numbers_are_printed(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """Nothing has to be opened to see a table, and each chart leads to its own."""
    page = made(None, set())
    assert not page.findall(".//details")
    tables = {table.get("id") for table in page.findall(".//table")}
    assert {link.get("href").removeprefix("#") for link in page.findall(".//section/p/a")} == tables


def test_words_in_the_report_s_charts_are_large(made: Callable[..., lxml.html.HtmlElement]) -> None:
    """At the width at which a phone shows a chart, axis labels have 11 pixels or more."""
    for drawing in made(None, set()).findall(".//figure/svg"):
        labels = drawing.xpath(".//*[contains(@class, 'role-axis-label')]//*[local-name()='text']")
        sizes = [float(text.get("font-size").removesuffix("px")) for text in labels]
        scale = PHONE / float(drawing.get("width").removesuffix("px"))
        assert min(sizes, default=LETTERS) * scale >= 11


def test_numbers_for_researchers_cannot_be_worked_out(scheme: Scheme, fill: Fill, now: datetime) -> None:
    """Both files number people alike, in an order drawn at random once for this scheme: what is in them, such as the
    sum of ids, does not repeat it."""
    fill(list("ABCDEFGH"), [[((0, 1), SECRET), ((2, 3), SECRET), ((4, 5), SECRET), ((6, 7), SECRET)]])
    with scheme.reading() as db:
        figures = read_figures(db, now.date())
    first, second = (share.ties(figures, scheme) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    with scheme.reading() as db:
        assert (numbering.stored_seed(db) or 0).bit_length() > 64
    guessed = anonymous_ties(figures.summary, int(figures.summary.history["person"].sum()))
    assert not first.equals(guessed)
