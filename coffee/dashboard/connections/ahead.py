"""The view *Ahead*: a forecast of the links to come, and the pairs of silos still to link."""

from datetime import date

import streamlit as st
from sqlite_utils import Database

from coffee.charts.forecast import forecast_chart
from coffee.dashboard import controls, frame
from coffee.dashboard.charts import exhibit
from coffee.dashboard.charts.exhibit import Exhibit, download_table, show_table
from coffee.dashboard.charts.figures import Figures, once
from coffee.insight import figures as counts
from coffee.insight import takeaways
from coffee.insight.forecast import Forecast, Start, simulate
from coffee.insight.silos import most_new_links, never_linked
from coffee.insight.ties import silo_codes, skipped
from coffee.rounds.pool import Pool, gather
from coffee.scheme.people import active
from coffee.text.silo import Silo

ROUNDS = 24
MARKS = (0.5, 0.8, 0.95)
MORE = 10
SIMULATIONS = 24
SEED = 2016


def show(figures: Figures) -> None:
    """Show the forecast, then what the next draw could do."""
    pool = once(figures, ("pool",), _pool)
    if pool.people["organisation"].nunique() < 2:
        needs = f"A look ahead needs active people from at least two {frame.plain(figures.silo.many)}."
        st.info(needs, icon=":material/hourglass_empty:")
        return
    _forecast(figures, pool)
    _next_draw(figures, pool)


def _pool() -> Pool:
    with frame.scheme().reading() as db:
        return pool_of(db, frame.today())


def pool_of(db: Database, today: date) -> Pool:
    """Return the pool of all active people. Those who skip the next round count, as they are back in the one after."""
    return gather(db, today, also=active(db, today)["id"])


def _forecast(figures: Figures, pool: Pool) -> None:
    joins = controls.one(
        st.selectbox, f"What if {MORE} more people joined from", organisations(pool), "joins",
        placeholder="Nobody new", width=400,
    )  # fmt: skip
    found = _simulated(figures, pool, None)
    if joins is None:
        exhibit.show(once(figures, ("ahead",), lambda: drawn(figures.silo, found)))
        return
    changed = _simulated(figures, pool, joins)
    exhibit.show(once(figures, ("ahead", joins), lambda: drawn(figures.silo, found, changed, joins)))


def drawn(silo: Silo, found: Forecast, changed: Forecast | None = None, joins: str = "") -> Exhibit:
    """Return the exhibit of the forecast, with the effect of more people from `joins`."""
    band = found.band()
    table = band.round(3).set_axis(["Rounds from now", "Likely at least", "Most likely", "Likely at most"], axis=1)
    takeaway = takeaways.of_forecast(silo, found, MARKS, ROUNDS)
    more = changed.band() if changed else None
    if changed and more is not None:
        table[f"Most likely with {MORE} more"] = more["middle"].round(3)
        takeaway += f" With {MORE} more people from {joins} (the dashed line): "
        takeaway += takeaways.of_change(found, changed, MARKS, ROUNDS)
    return Exhibit(
        "forecast",
        f"How long until the {silo.many} are linked",
        takeaway,
        forecast_chart(band, MARKS, silo, more),
        table,
    )


def _simulated(figures: Figures, pool: Pool, joins: str | None) -> Forecast:
    def simulated() -> Forecast:
        start = start_of(figures, pool)
        start = start.with_more(organisations(pool).index(joins), MORE) if joins else start
        return simulate(start, ROUNDS, SIMULATIONS, SEED)

    return once(figures, ("forecast", joins), simulated)


def organisations(pool: Pool) -> list[str]:
    """Return the organisations that have people now, in the order of their codes in the pool."""
    return sorted(pool.people["organisation"].unique())


def start_of(figures: Figures, pool: Pool) -> Start:
    """Return the starting point of a forecast. `pool` has everybody whom a future round may draw."""
    ties = figures.summary.ties
    return Start(
        pool.column("silo"),
        **pool.wishes(),
        rules=pool.rules.of_draw(),
        unmet_may_meet=pool.rules.unmet_may_meet,
        linked=silo_codes(ties[ties["met"] == "yes"], organisations(pool)),
        meeting=counts.outcomes(figures.summary.by_round).known,
        skipping=skipped(figures.summary.history),
    )


def _next_draw(figures: Figures, pool: Pool) -> None:
    active = pool.people["organisation"]
    unlinked = once(figures, ("unlinked",), lambda: never_linked(figures.summary.silo_pairs, active))
    most = once(figures, ("most",), lambda: most_new_links(unlinked, active))
    likely = _simulated(figures, pool, None).new_links(1)
    st.header(frame.plain(f"Which pairs of {figures.silo.many} have never met"), anchor=False)
    preferred = pool.rules.prefer_new_links
    st.markdown(frame.plain(takeaways.of_never_linked(figures.silo, len(unlinked), most, likely, preferred)))
    if not unlinked.empty:
        names = [figures.silo.title, "And", "Pairs of people that could meet", "Introduced so far"]
        show_table(unlinked.set_axis(names, axis=1), alt=f"Pairs of {figures.silo.many} that have never met")
        download_table(unlinked.set_axis(names, axis=1), "never_met")
