"""Measures of the network of people who met: its largest component, and distances."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
import rustworkx as rx

from coffee.insight.arrays import Floats, Ints, Words
from coffee.insight.rates import Rate

EXACT_UP_TO = 2_048  # people; above that, distances start from as many as SOURCES people drawn at random
SOURCES = 256
WORD = 64


@dataclass(frozen=True)
class Estimate:
    """A number and the 95 % interval it lies in; the three are equal when it was counted exactly."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Network:
    """An undirected simple graph on the nodes 0 … size−1, given by the two ends of each edge."""

    size: int
    first: Ints
    second: Ints

    @cached_property
    def graph(self) -> "rx.PyGraph[None, None]":
        """The network as a rustworkx graph."""
        graph: rx.PyGraph[None, None] = rx.PyGraph()
        graph.add_nodes_from([None] * self.size)
        graph.extend_from_edge_list(list(zip(self.first.tolist(), self.second.tolist(), strict=True)))
        return graph

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints]:
        """Both directions of each edge as (tail, head), in order of tail."""
        tail = np.concatenate([self.first, self.second])
        head = np.concatenate([self.second, self.first])
        order = np.argsort(tail, kind="stable")
        return tail[order], head[order]


def giant_component(network: Network) -> Rate:
    """Return the people in the largest connected component, of all (Newman 2018, § 6.12)."""
    return Rate(max(map(len, rx.connected_components(network.graph)), default=0), network.size)


def global_efficiency(network: Network, seed: int) -> Estimate:
    """Return the mean of 1/d(i, j) over ordered pairs i ≠ j, where d counts steps and 1/d is 0 without a path.

    E = 1/(n(n−1)) · Σ 1/d(i, j) (Latora & Marchiori 2001); 1/E is the harmonic mean number of steps between two people.
    Exact up to EXACT_UP_TO nodes; above, the mean over SOURCES nodes drawn without replacement, with the normal
    interval of that sample (Eppstein & Wang 2004). O(sources/64 · edges · diameter).
    """
    n = network.size
    if n < 2:
        return Estimate(0.0, 0.0, 0.0)
    exact = n <= EXACT_UP_TO
    sources = np.arange(n) if exact else np.random.default_rng(seed).choice(n, SOURCES, replace=False)
    nearness = _nearness(network, sources) / (n - 1)
    value = float(nearness.mean())
    half = 0.0 if exact else 1.96 * float(nearness.std(ddof=1)) / sqrt(len(sources))
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def _nearness(network: Network, sources: Ints) -> Floats:
    """Return Σ 1/d from each source, breadth-first from 256 sources at once, a bit for each (Then et al. 2014).

    rustworkx goes from one source at a time, which takes 20 times as long for 50,000 people.
    """
    tail, head = network.neighbours
    nodes, begins = np.unique(tail, return_index=True)
    where = np.full(network.size, -1)
    where[nodes] = np.arange(len(nodes))
    nearness = np.zeros(len(sources))
    starts = where[sources]
    for begin in range(0, len(sources), SOURCES):
        chunk = starts[begin : begin + SOURCES]
        inside = np.flatnonzero(chunk >= 0)
        if len(inside):
            nearness[begin + inside] = _breadth_first(where[head], begins, chunk[inside], len(nodes))
    return nearness


def _breadth_first(head: Ints, begins: Ints, starts: Ints, size: int) -> Floats:
    bit = np.arange(len(starts))
    frontier = np.zeros((size, -(-len(starts) // WORD)), np.uint64)
    np.bitwise_or.at(frontier, (starts, bit // WORD), np.uint64(1) << (bit % WORD).astype(np.uint64))
    seen = frontier.copy()
    total, steps = np.zeros(len(starts)), 0
    while frontier.any():
        steps += 1
        frontier = np.bitwise_or.reduceat(frontier[head], begins, axis=0) & ~seen
        seen |= frontier
        total += _counts(frontier)[: len(starts)] / steps
    return total


def _counts(bits: Words) -> Ints:
    """Count, for each bit, the rows that have it set."""
    unpacked = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
    counts: Ints = unpacked.sum(axis=0, dtype=np.int64)
    return counts
