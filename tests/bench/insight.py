"""The figures of a large scheme, beside the same measures done with networkx."""

import time
from collections.abc import Callable
from typing import TypeVar

import networkx as nx
import numpy as np
import pandas as pd

from coffee.insight import feedback, figures
from coffee.insight.comments import selling, written
from coffee.insight.network import SOURCES
from coffee.insight.summary import Summary
from coffee.insight.ties import pair_key

PEOPLE, ROUNDS, ORGANISATIONS = 50_000, 24, 300
COLD, CACHED = 2.0, 0.2  # seconds asked for
Answer = TypeVar("Answer")


def run() -> None:
    """Print a Markdown table: each measure's time here and with networkx, then the totals against what was asked."""
    history = a_large_scheme()
    summary = Summary(history)
    print(f"{PEOPLE:,} people, {ROUNDS} rounds, {ORGANISATIONS} organisations. Seconds.\n")
    print("| measure | here | networkx | times as fast |")
    print("| --- | ---: | ---: | ---: |")
    graph, building = timed(lambda: with_networkx(history))
    network, counting = timed(lambda: (summary.ties, summary.connections, summary.members, summary.network())[-1])
    row("ties and network", counting, building)
    total = counting
    for name, ours, theirs in (
        ("largest network", lambda: summary.giant, lambda: max(map(len, nx.connected_components(graph)))),
        ("E–I index", lambda: summary.ei, lambda: nx.attribute_mixing_dict(graph, "silo")),
        ("silo pairs linked", lambda: summary.linked(), lambda: links(graph)),
    ):
        total += compare(name, ours, theirs)
    _, few = timed(lambda: [nx.single_source_shortest_path_length(graph, node) for node in range(4)])
    _, ours = timed(lambda: summary.efficiency)
    row(f"global efficiency, {SOURCES} sources (networkx: from 4)", ours, few / 4 * SOURCES)
    total += ours
    for name, measure in (
        ("growth", lambda: (summary.growth("people"), summary.growth("organisations"))),
        ("reach and silo pairs", lambda: (summary.reach, summary.silo_pairs, summary.reached, summary.ei_by_chance)),
    ):
        _, taken = timed(measure)
        print(f"| {name} | {taken:.3f} | | |")
        total += taken
    said, people = a_large_scheme_says(history)
    said = feedback.with_outcomes(said, history)
    heard = pair_key(said["match"].to_numpy(), said["person"].to_numpy())
    seats = pair_key(history["match"].to_numpy(), history["person"].to_numpy())
    summary = Summary(history := history.assign(answered=np.isin(seats, heard)))
    _ = summary.ties
    _, taken = timed(lambda: summary.by_round)
    print(f"| figures by round | {taken:.3f} | | |")
    total += taken
    for name, step in feedback_of(history, said, people).items():
        _, taken = timed(step)
        print(f"| {name} | {taken:.3f} | | |")
        total += taken
    _ = everything(summary)
    _, again = timed(lambda: everything(summary))
    print(f"| **all, cold** (asked: {COLD} s) | **{total:.2f}** | | |")
    print(f"| **all, kept** (asked: {CACHED} s) | **{again:.3f}** | | |")
    assert network.size == graph.number_of_nodes()


def everything(summary: Summary) -> tuple[object, ...]:
    """All that the page on connections asks for."""
    return (
        summary.linked(), summary.linked("introduced"), summary.reached, summary.giant, summary.efficiency, summary.ei,
        summary.ei_by_chance, summary.reach, summary.silo_pairs, summary.growth("organisations"), summary.size,
    )  # fmt: skip


def a_large_scheme() -> pd.DataFrame:
    """Everybody in a match of two in every round, at random; 70 % of the matches meet."""
    random = np.random.default_rng(1)
    organisation = np.char.add("Organisation ", random.integers(0, ORGANISATIONS, PEOPLE).astype(str))
    matches = PEOPLE // 2
    met = random.choice(["yes", "no", "unknown"], matches * ROUNDS, p=[0.7, 0.1, 0.2])
    person = np.concatenate([random.permutation(PEOPLE) for _ in range(ROUNDS)])
    return pd.DataFrame(
        {
            "round": np.repeat(np.arange(1, ROUNDS + 1), PEOPLE),
            "match": np.repeat(np.arange(matches * ROUNDS), 2),
            "person": person,
            "organisation": pd.array(organisation[person], dtype="str"),
            "met": pd.array(np.repeat(met, 2), dtype="str"),
            "disagree": False,
        }
    )


def a_large_scheme_says(history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers about three of four seats, one in ten with words in it; and everybody's row."""
    random = np.random.default_rng(2)
    seats = history[random.random(len(history)) < 0.75].drop(columns="disagree").reset_index(drop=True)
    met = seats["met"].replace({"unknown": "not yet"})
    size, happened = len(seats), (met == "yes").to_numpy()
    yes_no = {
        name: pd.array(np.where(happened, random.random(size) < share, False), "boolean")
        for name, share in (("knew_each_other", 0.1), ("helped", 0.4), ("conduit", 0.15), ("again", 0.8))
    }
    words = {
        name: pd.array(np.where(random.random(size) < share, text, None), "str")
        for name, share, text in (
            ("why_not", 0.1, "No time"), ("story", 0.05, "We share a contract."), ("comment", 0.1, "A good talk."),
            ("selling", 0.001, "A pitch"),
        )
    }  # fmt: skip
    said = seats.assign(
        met=met, useful=pd.array(random.integers(1, 6, size), "Int64"), **yes_no, **words,
        name=pd.array("Person " + seats["person"].astype(str), "str"), answered_at="2026-03-01T09:00:00+00:00",
        story_may_be_shared=pd.array(random.random(size) < 0.5, "boolean"),
    )  # fmt: skip
    people = pd.DataFrame(
        {
            "id": np.arange(PEOPLE),
            "status": "active",
            "email": "p@example.org",
            "joined_at": "2026-01-01T09:00:00+00:00",
        }
    )
    return said, people


def feedback_of(history: pd.DataFrame, said: pd.DataFrame, people: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """All that the page on feedback counts, view by view."""
    rounds = Summary(history).by_round
    guests = pd.DataFrame({"address": ["guest@example.org"], "at": "2026-01-01T09:00:00+00:00"})
    return {
        "feedback: headline": lambda: (
            figures.response(history), feedback.useful(said),
            feedback.share_saying_yes(said, "again"), feedback.new_ties(said),
        ),
        "feedback: rates by round": lambda: feedback.rates_by_round(rounds, said),
        "feedback: rates by organisation": lambda: feedback.rates_by_organisation(history, said),
        "feedback: funnel": lambda: feedback.funnel(people, guests, history),
        "feedback: disagreements": lambda: feedback.disagreements(history, said),
        "feedback: ratings, reasons, conduits": lambda: (
            feedback.ratings(said), feedback.reasons(said), feedback.conduits(said),
            feedback.outcomes(said, {"again": "Again", "helped": "Helped", "conduit": "In touch"}),
        ),
        "feedback: comments and selling": lambda: (written(said), selling(said)),
    }  # fmt: skip


def with_networkx(history: pd.DataFrame) -> nx.Graph:
    """People joined by the matches that met, each with their organisation."""
    graph = nx.Graph()
    graph.add_nodes_from(
        (person, {"silo": silo}) for person, silo in zip(history["person"], history["organisation"], strict=True)
    )
    met = history[history["met"] == "yes"]["person"].to_numpy().reshape(-1, 2)
    graph.add_edges_from(met.tolist())
    return graph


def links(graph: nx.Graph) -> int:
    """Count the linked pairs of silos, edge by edge."""
    silo = nx.get_node_attributes(graph, "silo")
    return len({frozenset((silo[one], silo[other])) for one, other in graph.edges if silo[one] != silo[other]})


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    (_, here), (_, there) = timed(ours), timed(theirs)
    row(name, here, there)
    return here


def row(name: str, here: float, there: float) -> None:
    print(f"| {name} | {here:.3f} | {there:.3f} | {there / max(here, 1e-6):,.0f} |")


def timed(measure: Callable[[], Answer]) -> tuple[Answer, float]:
    begin = time.perf_counter()
    answer = measure()
    return answer, time.perf_counter() - begin
