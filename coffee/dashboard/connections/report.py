"""The report for the board: one self-contained, printable HTML page."""

from datetime import date
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from coffee.charts.picture_files import illustration
from coffee.dashboard.charts import lasting
from coffee.dashboard.charts.exhibit import Exhibit
from coffee.dashboard.charts.figures import Figures
from coffee.dashboard.charts.pictures import SORRY, svgs
from coffee.dashboard.connections import growth, network, silos
from coffee.dashboard.feedback import answers, ratings
from coffee.days.words import dated
from coffee.insight import comments, takeaways
from coffee.insight.rates import Rate, percentage

MOST_ROWS = 40  # of a table; the pages have all
_layout = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, trim_blocks=True
).get_template("report.html")


def report(figures: Figures, number: int | None, title: str, chosen: set[tuple[int, int]], today: date) -> bytes:
    """Return the page about one round, or about the whole scheme if `number` is None.

    `title` is the scheme's; `chosen` the (match, person) of stories the organiser chose and their writers allow. Nobody
    else is named in it.
    """
    where = figures.results(number)
    exhibits = [*(_round if number else _scheme)(figures, number), *_ratings(figures, number)]
    page = _layout.render(
        title=title,
        period=f"Round {number}" if number else "All rounds",
        standing=takeaways.of_results(*where)
        if number
        else takeaways.of_scheme(figures.silo, figures.summary.size, figures.still_here),
        rates=[_linked(figures, number), *(rate[:3] for rate in answers.rates(figures, number))],
        sure=takeaways.of_met(where[1]) if number else None,
        exhibits=list(zip(exhibits, svgs([illustration(exhibit.chart) for exhibit in exhibits]), strict=True)),
        sorry=SORRY,
        quotes=_quotes(figures.of_round(number)[1], chosen),
        percentage=percentage,
        most=MOST_ROWS,
        lasting=lasting.IN_PRINT,
        silos=figures.silo.many,
        drawn_apart=len(figures.summary.organisations) > 1 and not figures.silos_free,
        made=dated(today),
    )
    return page.encode()


def _linked(figures: Figures, number: int | None) -> tuple[str, Rate, str]:
    """Return the pairs of organisations linked by the end of the round, or by now."""
    growth = figures.summary.growth("organisations")
    row = growth[growth["round"] == (number or growth["round"].max())].iloc[0]
    return f"{figures.silo.titles} linked so far", Rate(int(row["met"]), int(row["possible"])), "pairs"


def _scheme(figures: Figures, number: int | None) -> list[Exhibit]:
    across = [silos.heat_map(figures), growth.growth(figures, "organisations"), _picture(figures, number)]
    alone = [growth.growth(figures, "people")]
    shown = across if len(figures.summary.organisations) > 1 else alone
    return [*shown, answers.met(figures, number), answers.response(figures)]


def _round(figures: Figures, number: int | None) -> list[Exhibit]:
    """Return the exhibits about this round only, without what every round's report would repeat."""
    return [_picture(figures, number)] if len(figures.summary.organisations) > 1 else []


def _ratings(figures: Figures, number: int | None) -> list[Exhibit]:
    answers = figures.of_round(number)[1]
    return [made for made in (ratings.usefulness(answers), ratings.outcomes(answers)) if made is not None]


def _picture(figures: Figures, number: int | None) -> Exhibit:
    """Return the network of organisations. The board sees no names of people."""
    of = number or int(figures.summary.rounds[-1])
    focus = str(figures.summary.reach["organisation"][0]) if network.too_many(figures, people=False) else None
    return network.network(figures, of, people=False, focus=focus, named=False)


def _quotes(answers: pd.DataFrame, chosen: set[tuple[int, int]]) -> list[str]:
    texts = comments.written(answers)
    texts = texts[texts["may_share"]]
    return [
        comments.quote(text, name, organisation)
        for match, person, name, organisation, text in zip(
            texts["match"], texts["person"], texts["name"], texts["organisation"], texts["text"], strict=True
        )
        if (match, person) in chosen
    ]
