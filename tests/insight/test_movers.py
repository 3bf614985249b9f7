"""Figures of schemes whose people change organisation, come and go, counted again with plain Python."""

from collections import Counter
from io import BytesIO
from itertools import combinations
from statistics import mean

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight.bridging import participation
from coffee.insight.research import anonymous_ties, graphml
from coffee.insight.summary import Summary
from tests.insight.conftest import Seat, history_of

PEOPLE = st.lists(st.integers(0, 9), min_size=2, max_size=10, unique=True)
ROUNDS = st.lists(
    st.tuples(PEOPLE, st.lists(st.sampled_from("ABCD"), min_size=10, max_size=10), st.randoms(use_true_random=False)),
    min_size=1,
    max_size=6,
)
Drawn = list[tuple[list[int], list[str], object]]


def seats_of(rounds: Drawn) -> list[Seat]:
    """Return the seats of rounds in which anybody may be in any organisation; the last match may be a trio."""
    seats: list[Seat] = []
    for number, (people, organisations, chance) in enumerate(rounds, 1):
        size = len(people) // 2
        for match in range(size):
            both = people[2 * match : 2 * match + 2] + (people[2 * size :] if match == size - 1 else [])
            met = chance.choice(["yes", "no", "unknown"])  # type: ignore[attr-defined]
            seats += [(number, 10 * number + match, person, organisations[person], met) for person in both]
    return seats


class Recount:
    """The same figures, pair by pair in the order of time."""

    def __init__(self, seats: list[Seat]) -> None:
        self.first_met: dict[tuple[int, int], tuple[str, str]] = {}
        self.possible: set[tuple[int, int]] = set()
        self.possible_by_round: list[int] = []
        self.chances: list[float] = []
        self.for_whom: dict[str, set[int]] = {}
        self.latest: dict[int, str] = {}
        for number in sorted({seat[0] for seat in seats}):
            self._count([seat for seat in seats if seat[0] == number])

    def _count(self, seats: list[Seat]) -> None:
        here = {person: organisation for _, _, person, organisation, _ in seats}
        self.latest |= here
        for person, organisation in here.items():
            self.for_whom.setdefault(organisation, set()).add(person)
        every = list(combinations(sorted(here), 2))
        self.possible |= set(every)
        self.possible_by_round.append(len(self.possible))
        across = mean(here[one] != here[other] for one, other in every)
        for match in {seat[1] for seat in seats}:
            people = sorted(seat[2] for seat in seats if seat[1] == match)
            met = next(seat[4] for seat in seats if seat[1] == match) == "yes"
            for pair in combinations(people, 2) if met else ():
                if pair not in self.first_met:
                    self.first_met[pair] = (here[pair[0]], here[pair[1]])
                    self.chances.append(across)


@given(ROUNDS)
def test_silos_count_as_at_the_time(rounds: Drawn) -> None:
    """The share across silos, by chance and in fact, the possible pairs and the people of each organisation."""
    seats = seats_of(rounds)
    counted, summary = Recount(seats), Summary(history_of(seats))
    growth = summary.growth("people")
    assert growth["possible"].tolist() == counted.possible_by_round
    assert (growth["met"] <= growth["possible"]).all()
    assert summary.people.to_dict() == {name: len(people) for name, people in counted.for_whom.items()}
    assert summary.reach.set_index("organisation")["people"].to_dict() == summary.people.to_dict()
    assert summary.linked("introduced").count <= summary.feasible <= summary.linked().of
    if not counted.first_met:
        assert summary.ei is summary.ei_by_chance is None
        return
    across = mean(one != other for one, other in counted.first_met.values())
    assert summary.ei == pytest.approx(2 * across - 1)
    assert summary.ei_by_chance == pytest.approx(2 * mean(counted.chances) - 1)


@given(ROUNDS)
def test_ties_spread_over_the_silos_of_the_time(rounds: Drawn) -> None:
    """The participation coefficient counts each tie for the organisation its other end had then."""
    seats = seats_of(rounds)
    counted, summary = Recount(seats), Summary(history_of(seats))
    silos = (summary.meetings[name].cat.codes.to_numpy() for name in ("organisation_1", "organisation_2"))
    found = dict(zip(summary.members["person"], participation(summary.network(), *silos), strict=True))
    for person, share in found.items():
        ends = [silos[pair[0] == person] for pair, silos in counted.first_met.items() if person in pair]
        expected = 1 - sum((count / len(ends)) ** 2 for count in Counter(ends).values()) if ends else 0
        assert share == pytest.approx(expected)


def test_the_file_for_researchers_has_the_latest_organisation() -> None:
    """Somebody who moved, and sat at either end of their ties, is in the organisation of their last round."""
    rounds = [(1, 1, 5, "Old", "yes"), (1, 1, 2, "Two", "yes"), (2, 2, 5, "New", "yes"), (2, 2, 9, "Nine", "yes")]
    anonymous = anonymous_ties(Summary(history_of(rounds)), seed=1)
    found = nx.read_graphml(BytesIO(graphml(anonymous)))
    (mover,) = (node for node, degree in found.degree if degree == 2)
    last = anonymous[anonymous["round"] == 2]
    person = found.nodes[mover]["person"]
    now = last.loc[last["person_1"] == person, "organisation_1"].tolist()
    now += last.loc[last["person_2"] == person, "organisation_2"].tolist()
    assert [found.nodes[mover]["organisation"]] == now


def test_people_who_never_shared_a_round_could_not_have_met() -> None:
    """After one left and another came, three of the four possible-looking pairs of newcomers and leavers are none."""
    rounds = [(1, 1, 1, "A", "yes"), (1, 1, 2, "B", "yes"), (2, 2, 2, "B", "yes"), (2, 2, 3, "C", "yes")]
    growth = Summary(history_of(rounds)).growth("people")
    assert growth["possible"].tolist() == [1, 2]
    assert growth["met"].tolist() == [1, 2]


def test_a_history_of_many_rounds_is_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """More patterns of presence than are worked on at once, and more people than bits in a word, count the same."""
    monkeypatch.setattr("coffee.insight.growth.AT_ONCE", 7)
    seats = [
        (number, 100 * number + person // 2, person, "A", "no")
        for number in range(1, 9)
        for person in range(140)
        if (person // 2 >> (number - 1)) % 2
    ]
    summary = Summary(pd.DataFrame(history_of(seats)))
    assert summary.growth("people")["possible"].tolist() == Recount(seats).possible_by_round
