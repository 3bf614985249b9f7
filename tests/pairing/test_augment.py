"""Matchings grown in graphs that are never written down: as large as networkx finds, proven where not perfect."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from coffee.pairing import PairingError, pair
from coffee.pairing.augment import Growing


def random_graph(rng):
    """Who knows whom among up to 21 people: sparse or dense, with cliques or without."""
    size = int(rng.integers(1, 22))
    graph = np.triu(rng.random((size, size)) < rng.choice([0.05, 0.1, 0.15, 0.2, 0.3, 0.6]), 1)
    labels = rng.integers(0, 5, size)
    graph = graph | graph.T | ((labels[:, None] == labels) & (rng.random() < 0.3))
    np.fill_diagonal(graph, False)
    return graph


def greedy(graph, rng):
    """The partners in a matching of some people."""
    mate = np.full(len(graph), -1)
    for person in rng.permutation(len(graph))[: rng.integers(0, len(graph) + 1)].tolist():
        free = np.flatnonzero(graph[person] & (mate < 0))
        if mate[person] < 0 and len(free):
            other = int(rng.choice(free))
            mate[person], mate[other] = other, person
    return mate


def largest(graph, people):
    """How many pairs networkx matches among the people."""
    return len(nx.max_weight_matching(graph.subgraph(people), maxcardinality=True))


@pytest.mark.parametrize("block", range(4))
def test_a_grown_matching_is_largest_and_names_the_barrier(block):
    """As many pairs as networkx; and where trees prove it, just those who some largest matching leaves alone."""
    complete = 0
    for seed in range(block * 40, block * 40 + 40):
        rng = np.random.default_rng(seed)
        graph = random_graph(rng)
        people = list(range(len(graph)))
        known = nx.Graph()
        known.add_nodes_from(people)
        known.add_edges_from(np.argwhere(np.triu(graph)).tolist())
        grown = Growing(greedy(graph, rng), graph.__getitem__, rng)
        grown.grow()
        paired = [(a, int(b)) for a, b in enumerate(grown.mate) if b >= 0]
        assert all(graph[a, b] and grown.mate[b] == a for a, b in paired)
        most = largest(known, people)
        assert (len(paired), len(grown.failed)) == (2 * most, len(people) - 2 * most)
        if grown.complete:
            complete += 1
            missed = [p for p in people if largest(known, [q for q in people if q != p]) == most]
            assert sorted(int(p) for circle in grown.circles for p in circle) == missed
            assert len(grown.circles) - grown.others == len(grown.failed)
    assert complete > 10


@pytest.mark.parametrize(
    ("size", "hubs", "partners"),
    [(601, 200, 200), (1500, 140, 140), (1500, 200, 220), (1501, 300, 300), (2000, 160, 160)],
)
def test_many_hubs_with_just_enough_partners_are_all_matched(size, hubs, partners):
    """Hubs who may meet certain people only, and as many of these: a tight wish is not an impossible one."""
    apart = [(h, p) for h in range(hubs) for p in range(h + 1, size) if not hubs <= p < hubs + partners]
    drawn = pair(np.arange(size), apart=apart, seed=1)
    assert (drawn.repeats, drawn.proven) == (0, True)
    groups = [row[row >= 0] for row in drawn.matches]
    assert sorted(np.concatenate(groups).tolist()) == list(range(size))
    wishes = {frozenset(wish) for wish in apart}
    assert not any(frozenset(p) in wishes for group in groups for p in combinations(group.tolist(), 2))


@pytest.mark.parametrize(("size", "hubs"), [(601, 160), (1500, 160), (1501, 200)])
def test_one_hub_too_many_is_an_error_that_names_them(size, hubs):
    """Two hubs more than there are partners, or three where one may find a place in the trio: nobody else is named."""
    partners = hubs - 2 - size % 2
    apart = [(h, p) for h in range(hubs) for p in range(h + 1, size) if not hubs <= p < hubs + partners]
    with pytest.raises(PairingError) as caught:
        pair(np.arange(size), apart=apart, seed=1)
    assert caught.value.kind == "stranded"
    assert set(caught.value.people) <= set(range(hubs))


@pytest.mark.parametrize("wishes", [{}, {"odd_sits_out": True}, {"together": [(8, 9)]}])
def test_a_large_scheme_finds_the_one_place_for_its_odd_person(wishes):
    """A hub who may meet one pair only, who may meet nobody but each other and the hub: they are the trio."""
    size = 1501
    apart = [(a, b) for a in (0, 1, 2) for b in range(size) if b not in (0, 1, 2)]
    drawn = pair(np.arange(size), apart=apart, seed=1, **wishes)
    trio = drawn.matches[drawn.matches[:, 2] >= 0]
    assert drawn.sits_out in (0, 1, 2) if "odd_sits_out" in wishes else sorted(trio[0].tolist()) == [0, 1, 2]


def test_a_hub_of_a_large_scheme_may_join_a_couple():
    """Somebody who may meet nobody but two people put together joins them."""
    size = 1501
    drawn = pair(np.arange(size), apart=[(0, b) for b in range(3, size)], together=[(1, 2)], seed=1)
    assert sorted(drawn.matches[drawn.matches[:, 2] >= 0][0].tolist()) == [0, 1, 2]
