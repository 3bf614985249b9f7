"""Where pairs alone strand somebody in a large scheme of odd number: the trio, or the sit-out, is put among them."""

import numpy as np
from numpy.random import Generator

from coffee.pairing.flaws import APART, Flaws
from coffee.pairing.model import IntArray, PairingError, Problem
from coffee.pairing.plan import Match, Plan
from coffee.pairing.shuffle import Shuffled, shuffled

TRIES = 8


def banned(draw: Shuffled) -> list[int]:
    """The people in pairs that are set apart."""
    return [int(person) for person in draw.chain.pairs[draw.chain.cost >= APART].ravel()]


def placed(problem: Problem, plan: Plan, flaws: Flaws, rng: Generator, stuck: Shuffled, held: IntArray) -> Shuffled:
    """Another draw in place of one with `banned` pairs: those in them take the odd place in turn, at most eight.

    PairingError when none of these draws keeps everybody's wishes. O(n + k) for each.
    """
    for person in banned(stuck)[: TRIES if stuck.extra else 0]:
        extra = (person,) if len(stuck.extra) == 1 else _trio(person, stuck, flaws, rng)
        if extra:
            kept = held[~np.isin(held, extra).any(axis=1)]
            found = shuffled(problem, plan, flaws, rng, kept, extra)
            if not banned(found):
                return found
    raise PairingError("stranded", banned(stuck))


def _trio(person: int, stuck: Shuffled, flaws: Flaws, rng: Generator) -> Match:
    """The person with a pair that costs least with them; nobody when they may join none."""
    cost = flaws.row(person)
    joined = cost[stuck.chain.pairs].sum(axis=1) + stuck.chain.cost
    if joined.min() >= APART:
        return ()
    a, b = stuck.chain.pairs[rng.choice(np.flatnonzero(joined == joined.min()))].tolist()
    return person, a, b
