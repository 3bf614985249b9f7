"""The forecast: this scheme's next rounds, drawn many times with the code that draws the real ones."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from coffee.insight.arrays import Floats, Ints
from coffee.insight.rates import Rate
from coffee.pairing import pair

LIKELY = (0.1, 0.5, 0.9)  # the interval that eight of ten simulations fall in, and the middle one


@dataclass(frozen=True, eq=False)
class Start:
    """Where the scheme stands: everybody active, by position.

    `silos` has a code a person; `met` pairs of positions not to be drawn again, oldest first, shape (k, 2); `linked`
    pairs of silo codes that have met, shape (l, 2). `meeting` counts matches that met, of those known; `skipping` seats
    whose person took no part in the round after. `unmet_may_meet`: a pair that did not meet may be drawn again.
    """

    silos: Ints
    met: Ints
    linked: Ints
    meeting: Rate
    skipping: Rate
    unmet_may_meet: bool = True

    def with_more(self, silo: int, people: int) -> "Start":
        """The same scheme after `people` more have joined `silo`."""
        return replace(self, silos=np.append(self.silos, np.full(people, silo)))


@dataclass(frozen=True, eq=False)
class Forecast:
    """What the simulations came to.

    `shares` has the share of silo pairs linked, shape (simulations, rounds + 1), column 0 being now; `forced` the first
    round ahead in which a repeat could not be avoided, −1 where none was.
    """

    shares: Floats
    forced: Ints

    def band(self) -> pd.DataFrame:
        """One row a round ahead: round, low, middle, high (10 %, 50 % and 90 % of the simulations)."""
        low, middle, high = np.quantile(self.shares, LIKELY, axis=0)
        return pd.DataFrame({"round": np.arange(len(low)), "low": low, "middle": middle, "high": high})

    def rounds_until(self, share: float) -> tuple[int | None, int | None, int | None]:
        """Rounds until that share is linked: early, middling, late (10 %, 50 %, 90 %); None where it takes longer."""
        reached = self.shares >= share
        return _quantiles(np.where(reached.any(axis=1), reached.argmax(axis=1), -1))

    def rounds_until_repeats(self) -> tuple[int | None, int | None, int | None]:
        """Rounds until a repeat is forced: early, middling, late; None where it takes longer."""
        return _quantiles(self.forced)


def simulate(start: Start, rounds: int, simulations: int, seed: int) -> Forecast:
    """Draw the next `rounds` rounds `simulations` times, a Monte Carlo forecast. The same seed gives the same forecast.

    Each simulation takes its own rates of meeting and of skipping a round from what was counted (Beta(k+1, n−k+1), the
    posterior from a flat prior; Gelman et al. 2013, § 2.1), so that few counts give a wide interval.
    """
    generators = [np.random.default_rng([seed, number]) for number in range(simulations)]
    runs = [_one(start, rounds, generator) for generator in generators]
    return Forecast(np.array([shares for shares, _ in runs]), np.array([forced for _, forced in runs]))


def _one(start: Start, rounds: int, random: np.random.Generator) -> tuple[list[float], int]:
    meeting, skipping = _drawn_rate(start.meeting, random), _drawn_rate(start.skipping, random)
    codes, silos = np.unique(start.silos, return_inverse=True)
    linked = _known_links(start.linked, codes)
    met, shares, forced = start.met, [_share(linked)], -1
    for ahead in range(1, rounds + 1):
        here = np.flatnonzero(random.random(len(silos)) >= skipping)
        if len(here) > 1:
            past, once = _positions(met, here, len(silos)), int(random.integers(2**31))
            drawn = pair(silos[here], met=past, seed=once, look_ahead=False)
            forced = ahead if forced < 0 and drawn.repeats_unavoidable else forced
            matches = np.where(drawn.matches >= 0, here[drawn.matches], -1)
            happened = _pairs(matches[random.random(len(matches)) < meeting])
            met = np.concatenate([met, happened if start.unmet_may_meet else _pairs(matches)])
            linked[silos[happened[:, 0]], silos[happened[:, 1]]] = True
        shares.append(_share(linked))
    return shares, forced


def _drawn_rate(counted: Rate, random: np.random.Generator) -> float:
    return float(random.beta(counted.count + 1, counted.of - counted.count + 1))


def _known_links(linked: Ints, codes: Ints) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """Which of the silos that have people now are linked, as a square."""
    square = np.zeros((len(codes), len(codes)), bool)
    known = linked[np.isin(linked, codes).all(axis=1)]
    square[np.searchsorted(codes, known[:, 0]), np.searchsorted(codes, known[:, 1])] = True
    return square


def _share(linked: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> float:
    either = np.triu(linked | linked.T, 1)
    possible = len(linked) * (len(linked) - 1) // 2
    return float(either.sum() / possible) if possible else 1.0


def _positions(met: Ints, here: Ints, size: int) -> Ints:
    """Those of the pairs whose people are both here, by their position among those here."""
    where = np.full(size, -1)
    where[here] = np.arange(len(here))
    seated = where[met]
    return seated[(seated >= 0).all(axis=1)]


def _pairs(matches: Ints) -> Ints:
    """The pairs of people in matches of two and three (−1 in the last column for two)."""
    trios = matches[matches[:, 2] >= 0]
    return np.concatenate([matches[:, :2], trios[:, [0, 2]], trios[:, [1, 2]]])


def _quantiles(rounds: Ints) -> tuple[int | None, int | None, int | None]:
    """10 %, 50 % and 90 % of the rounds, −1 standing for later than all; None where that is the answer."""
    late = np.iinfo(np.int64).max
    found = np.quantile(np.where(rounds < 0, late, rounds), LIKELY, method="inverted_cdf")
    early, middle, last = (None if one == late else int(one) for one in found)
    return early, middle, last
