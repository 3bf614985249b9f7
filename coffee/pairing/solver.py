"""Chooses the engine that is sure to be best: counting, shuffling, or exact search.

Up to 16 free people all draws are counted. Otherwise people are shuffled, and that draw stands when it attains a cost
that none can go below. If it does not, up to 1,250 people an exact search takes over; in larger schemes the flawed
matches are reopened. In the end the draw is stirred among draws that cost no more, so that chance decides.
"""

from functools import cached_property

from numpy.random import Generator

from coffee.pairing import large, trios
from coffee.pairing.bounds import lonely
from coffee.pairing.costs import APART, TABLED, Costs
from coffee.pairing.exchange import Chain
from coffee.pairing.model import PairingError
from coffee.pairing.reasons import crowded
from coffee.pairing.seats import Drawn, Seats
from coffee.pairing.small import LARGEST, Small
from coffee.pairing.wishes import Wishes

SMALL = 60


class Solver:
    """Draws of the same wishes: any number of them, each among the best, or with `quick` merely good."""

    def __init__(self, wishes: Wishes, seats: Seats, costs: Costs, rng: Generator, *, quick: bool = False) -> None:
        self.wishes, self.seats, self.costs, self.rng, self.quick = wishes, seats, costs, rng, quick
        self.found: tuple[Chain, int] | None = None

    def draw(self) -> Drawn:
        """One draw. PairingError when there is none."""
        if len(self.seats.free) <= LARGEST:
            return self.counted.draw(self.rng)
        # To search for a trio again would take long, and it changes as the draw is stirred.
        if self.found is None or not self.seats.odd:
            self.found = self._search()
        chain, least = self.found
        if not self.quick:
            chain.stir(passes(self.wishes.size))
        return Drawn(chain.pairs.copy(), tuple(chain.extra), chain.total, min(least, chain.total))

    @cached_property
    def counted(self) -> Small:
        """All draws of a small scheme."""
        return Small(self.seats, self.costs)

    def _search(self) -> tuple[Chain, int]:
        """One draw that can still be stirred, and a cost that none can go below."""
        chain, least = large.shuffled(self.seats, self.costs, self.rng, quick=self.quick)
        if chain.total >= self.costs.least_flaw:
            least = max(least, self._forced())
        if chain.total >= APART:
            self._refuse_crowds()
            chain = large.reopened(chain, self.seats, least)
        if chain.total > least and not (self.quick and chain.total < APART):
            if self.wishes.size <= TABLED:
                drawn = trios.solve(self.seats, self.costs, self.rng, floor=least, known=chain.total)
                chain, least = min(self._chain(drawn), chain, key=lambda one: one.total), max(least, drawn.least)
            elif chain.total // self.costs.least_flaw > least // self.costs.least_flaw:
                chain = large.reopened(chain, self.seats, least)
                large.bettered(chain, least, hasty=self.wishes.size > large.THOROUGH)
        if chain.total >= APART:
            raise PairingError("stranded", self.seats.free.tolist())
        chain.loose = len(set(chain.extra) & set(self.seats.free.tolist()))
        return chain, min(least, chain.total)

    def _refuse_crowds(self) -> None:
        """PairingError at once when more people are left over than the trio, or sitting out, has room for."""
        people = self.seats.free[self.seats.free < self.wishes.size]
        over, named = crowded(self.wishes, people, self.rng)
        if over > len(people) % 2:
            raise PairingError("stranded", named)

    def _forced(self) -> int:
        """The repeats of people who have met everybody they may meet: two share one at best."""
        alone = len(lonely(self.wishes, self.seats.free))
        spared = int(self.wishes.odd_sits_out and len(self.seats.free) > 0)
        return (max(0, alone - spared) + 1) // 2 * self.costs.unit["repeats"]

    def _chain(self, drawn: Drawn) -> Chain:
        """A draw as a chain that can be stirred."""
        chain = Chain(drawn.pairs, self.costs, self.rng, drawn.trio)
        chain.extra_cost = drawn.cost - chain.total
        return chain


def passes(size: int) -> int:
    """The number of times to stir: many in small schemes, none where the deal itself is random enough."""
    return 40 if size <= SMALL else min(3, 200_000 // size)
