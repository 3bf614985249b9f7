"""Connections: links between silos, the growing network, and the pairs that have not met."""

from coffee.dashboard import controls, frame
from coffee.dashboard.charts import headline, lasting
from coffee.dashboard.charts.figures import figures
from coffee.dashboard.connections import ahead, conduits, growth, network, share, silos
from coffee.insight import takeaways

VIEWS = {
    "Silos": silos.show,
    "Growth": growth.show,
    "Network": network.show,
    "Ahead": ahead.show,
    "Conduits": conduits.show,
    "Share": share.show,
}

counted = figures()
if counted.summary.history.empty:
    frame.head("Connections", "No round is out yet. Publish the first round, and its connections appear here.")
    frame.link("rounds", "Go to rounds")
else:
    frame.head("Connections", frame.plain(takeaways.of_scheme(counted.silo, counted.summary.size, counted.still_here)))
    headline.show(counted)
    lasting.show()
    for tab, name in controls.tabs(list(VIEWS), "view"):
        with tab:
            VIEWS[name](counted)
