"""The report for the board: one self-contained, printable HTML page."""

from datetime import datetime
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from coffee.charts.export import svg
from coffee.exhibits import answers, growth, lasting, network, ratings, silos
from coffee.exhibits.exhibit import Exhibit
from coffee.exhibits.figures import Figures
from coffee.insight import takeaways, words
from coffee.insight.rates import percentage

MOST_ROWS = 40  # of a table; the pages have all
_layout = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, trim_blocks=True
).get_template("report.html")


def report(figures: Figures, number: int | None, title: str, chosen: set[tuple[int, int]], now: datetime) -> bytes:
    """The page about one round, or about the whole scheme when `number` is None.

    `title` is the scheme's; `chosen` the (match, person) of stories the organiser chose and their writers allow. Nobody
    else is named in it.
    """
    rates = [(label, rate, noun) for label, rate, noun, _ in answers.rates(figures, number)]
    linked = ("Organisations linked", figures.summary.linked(), "pairs")
    page = _layout.render(
        title=title,
        period=f"Round {number}" if number else "All rounds",
        standing=takeaways.of_scheme(*figures.summary.size),
        rates=[linked, *rates],
        exhibits=_exhibits(figures, number),
        quotes=_quotes(figures.of_round(number)[1], chosen),
        drawn=lambda exhibit: svg(exhibit.chart),
        percentage=percentage,
        most=MOST_ROWS,
        lasting=lasting.IN_PRINT,
        made=f"{now:%a} {now.day} {now:%B %Y}",
    )
    return page.encode()


def _exhibits(figures: Figures, number: int | None) -> list[Exhibit]:
    said = figures.of_round(number)[1]
    several = len(figures.summary.organisations) > 1
    across = [silos.heat_map(figures, "best"), growth.growth(figures, "organisations"), _picture(figures, number)]
    enough = [made for made in (ratings.usefulness(said), ratings.outcomes(said)) if made is not None]
    alone = [growth.growth(figures, "people")]
    return [*(across if several else alone), answers.met(figures, number), answers.response(figures, number), *enough]


def _picture(figures: Figures, number: int | None) -> Exhibit:
    """Organisations only: people are not named to the board."""
    of = number or int(figures.summary.rounds[-1])
    focus = str(figures.summary.reach["organisation"][0])
    return network.network(figures, of, people=False, focus=focus, named=False)


def _quotes(said: pd.DataFrame, chosen: set[tuple[int, int]]) -> list[str]:
    texts = words.written(said)
    texts = texts[texts["may_share"]]
    return [
        words.quote(text, name, organisation)
        for match, person, name, organisation, text in zip(
            texts["match"], texts["person"], texts["name"], texts["organisation"], texts["text"], strict=True
        )
        if (match, person) in chosen
    ]
