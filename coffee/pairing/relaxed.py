"""A bound on draws with a trio, and a trio that may attain it, from one matching."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray
from coffee.pairing.nearest import Nearest
from coffee.pairing.trios import Trios

PENALTY = 2**63
EVER = 2**90


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation says: `lone` joins `middle` (−1: anybody), which costs `price` beside their partners' pairs.

    The others have partners (n,), −1 for those to be found. No draw costs less than `bound`.
    """

    partner: IntArray
    lone: int
    middle: int
    price: int
    bound: int

    @property
    def others(self) -> IntArray:
        """The partners, `lone` being nobody to be matched."""
        partner = self.partner.copy()
        partner[self.lone] = -2
        return partner


def relaxed(trios: Trios, near: Nearest, rng: Generator) -> Relaxed:
    """The least-cost matching (Edmonds 1965) of the people in which just one copy is matched with one of them.

    What the ends of a trio cost each other is put at the least that it could be. All vertices but the people make a
    ring: an odd one, of which any one can be left out while the others pair off.
    """
    size = len(trios)
    side, end, price = trios.spokes(near)
    alone, ring = near.alone(), np.arange(size, 2 * size + 2)
    worth = (alone[end] + (EVER - PENALTY) - 2 * price.astype(object)) * (size + 1) + 1
    partner = blossom.heaviest(
        2 * size + 2,
        np.concatenate([near.left, size + side, ring]),
        np.concatenate([near.right, end, np.roll(ring, 1)]),
        np.concatenate([near.worth(), worth, np.full(len(ring), 2 * EVER * (size + 1))]),
        rng,
    )
    taken = np.flatnonzero(partner[end] == size + side)
    if len(taken) != 1:
        return Relaxed(partner[:size], 0, -1, 0, APART)
    spoke = taken[0]
    bound = near.price(partner[near.left] == near.right, partner[:size] == -1, int(price[spoke]))
    middle = int(side[spoke]) if side[spoke] < size else -1
    return Relaxed(partner[:size], int(end[spoke]), middle, int(price[spoke]), bound)
