"""Places of the nodes in the network picture, computed once so that nobody moves between rounds."""

import numpy as np
import rustworkx as rx

from coffee.insight.arrays import Floats
from coffee.insight.network import Network

DRAWN_UP_TO = 300  # nodes; a force layout of more is slow to make and impossible to read


def places(network: Network, seed: int) -> Floats:
    """Positions of shape (n, 2), each coordinate in [0, 1], by force (Fruchterman & Reingold 1991). Same seed,
    same places."""
    if not network.size:
        return np.empty((0, 2))
    spring = rx.spring_layout(network.graph, seed=seed, num_iter=200, k=2.5 / np.sqrt(network.size))
    raw = np.array([spring[node] for node in range(network.size)])
    return _spread(raw)


def _spread(raw: Floats) -> Floats:
    """Half the force layout's distances and half its ranks, so that a far-off node does not squeeze all others
    together."""
    ranks = raw.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(len(raw) - 1, 1)
    reach = np.ptp(raw, axis=0)
    scaled = np.divide(raw - raw.min(axis=0), reach, out=np.full_like(raw, 0.5), where=reach > 0)
    middle: Floats = (scaled + ranks) / 2
    return middle
