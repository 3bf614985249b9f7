"""Measures of people who connect others. They describe the draw as much as the person: never rank people by them."""

import numpy as np
import rustworkx as rx

from coffee.insight.arrays import Floats, Ints
from coffee.insight.network import Network
from coffee.insight.ties import pair_key

UP_TO = 2_000  # people; betweenness and constraint grow with the square of them


def betweenness(network: Network) -> Floats:
    """Return the share of shortest paths between two others that pass through each node, 0 … 1.

    Σ σ(s,t|v)/σ(s,t) over pairs, divided by (n−1)(n−2)/2 (Freeman 1977), by Brandes' algorithm (2001) in rustworkx.
    """
    scores = rx.betweenness_centrality(network.graph, normalized=True)
    return np.array([scores[node] for node in range(network.size)])


def participation(network: Network, first: Ints, second: Ints) -> Floats:
    """Return 1 − Σ_s (k_is/k_i)²: 0 when all of a person's ties go to one silo, towards 1 when spread evenly over many.

    The participation coefficient (Guimerà & Amaral 2005). 0 for people without ties.
    `first` and `second` have the silos of the two ends of each edge.
    """
    tail, towards = np.concatenate([network.first, network.second]), np.concatenate([second, first])
    cells, counts = np.unique(pair_key(tail, towards), return_counts=True)
    squares = np.bincount(cells >> 32, weights=counts.astype(float) ** 2, minlength=network.size)
    degree = np.bincount(tail, minlength=network.size)
    return np.where(degree > 0, 1 - squares / np.maximum(degree, 1) ** 2, 0.0)


def constraint(network: Network) -> Floats:
    """Σ_j (p_ij + Σ_q p_iq·p_qj)² over contacts j, p_ij = 1/k_i: low for people between groups (Burt 1992, p. 54).

    NaN for people without ties. Dense: O(n²) memory.
    """
    tail, head = network.neighbours
    degree = np.bincount(tail, minlength=network.size)
    share = np.zeros((network.size, network.size))
    share[tail, head] = 1 / degree[tail]
    through = (share + share @ share) ** 2
    reached = np.where(share > 0, through, 0.0).sum(axis=1)
    return np.where(degree > 0, reached, np.nan)
