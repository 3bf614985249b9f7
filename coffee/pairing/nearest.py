"""Everybody's cheapest pairs: a few of all the pairs, and what the others cost at least."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from coffee.pairing import blossom
from coffee.pairing.flaws import APART
from coffee.pairing.model import BoolArray, IntArray

LOTS = 2**60  # so many that no two are the same
DEAR = 2**62  # staying alone where nobody is left to be looked at: dearer than any draw


@dataclass(frozen=True, eq=False)
class Nearest:
    """Some of the pairs of n people: `left`, `right` and `cost` (m,).

    A pair that is left out costs neither of its people less than their `spared` (n,): APART where none is left out.
    """

    left: IntArray
    right: IntArray
    cost: IntArray
    spared: IntArray

    def alone(self) -> NDArray[np.object_]:
        """For each person twice what being in a pair that is left out costs them at least, their half of it."""
        alone: NDArray[np.object_] = np.array([p if p < APART else DEAR for p in self.spared.tolist()], object)
        return alone

    def worth(self) -> NDArray[np.object_]:
        """What each pair saves, twice over and scaled; of equally cheap matchings those with more people are worth
        more."""
        alone, twice = self.alone(), 2 * self.cost.astype(object)
        worth: NDArray[np.object_] = (alone[self.left] + alone[self.right] - twice) * (len(alone) + 1) + 2
        return worth

    def price(self, inside: BoolArray, alone: BoolArray, besides: int = 0) -> int:
        """What these pairs (m,) and staying alone (n,) cost, and something `besides`; halves are rounded up."""
        halves = int(self.alone()[alone].sum())
        return besides + int(self.cost[inside].sum()) + (halves + 1) // 2

    def relaxed(self, rng: Generator) -> tuple[IntArray, int]:
        """Partners (n,), −1 for people in pairs that are left out, and a cost no perfect matching can go below.

        A pair left out costs at least the half of what each of its people is spared: so a matching that pays these
        halves for whoever it leaves alone, and costs least, is a bound. APART or more when there is no perfect one.
        """
        size = len(self.spared)
        partner = blossom.heaviest(size, self.left, self.right, self.worth(), rng)
        inside = partner[self.left] == self.right
        return partner, self.price(inside, partner < 0)


def nearest(cost: IntArray, most: IntArray, rng: Generator) -> Nearest:
    """Everybody's `most` (n,) cheapest pairs, of equal ones any; `cost` (n, n) is APART for pairs that may not be.

    O(n² log n).
    """
    size = len(cost)
    upto = np.take_along_axis(np.sort(cost, axis=1), np.minimum(most, size - 1)[:, None], axis=1)[:, 0]
    spared = np.where(most < size - 1, upto, APART)
    kept = cost < spared[:, None]
    kept |= _some((cost == spared[:, None]) & (spared < APART)[:, None], most - kept.sum(axis=1), rng)
    left, right = np.nonzero(np.triu(kept | kept.T, 1))
    return Nearest(left, right, cost[left, right], spared)


def _some(among: BoolArray, count: IntArray, rng: Generator) -> BoolArray:
    """So many of each row's, any of them; all where there are no more."""
    lots = np.where(among, rng.integers(LOTS, size=among.shape), LOTS)
    last = np.take_along_axis(np.sort(lots, axis=1), np.clip(count - 1, 0, among.shape[1] - 1)[:, None], axis=1)
    return among & (lots <= last) & (count > 0)[:, None]
