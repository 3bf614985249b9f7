"""The forecast: this scheme's next rounds, drawn many times with the code that draws the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from coffee.insight.arrays import Bools, Floats, Ints
from coffee.insight.rates import Rate
from coffee.pairing import Pairing, PairingError, pair

LIKELY = (0.1, 0.5, 0.9)  # the interval that eight of ten simulations fall in, and the middle one


@dataclass(frozen=True, eq=False)
class Start:
    """The state of a scheme before its next draw: n people by position, and the arguments of the draw.

    The fields from `silos` to `mix` and the `rules` have the meaning they have in `pair`. With `unmet_may_meet`, a pair
    that did not meet may be drawn again. `linked` has pairs of silo codes that have met, shape (l, 2). `meeting` is the
    rate of matches that met, of those known. `skipping` is the rate of seats whose person took no part in the next
    round; before the second round it is empty, and the forecast lets nobody skip.
    """

    silos: Ints
    met: Ints
    met_round: Ints
    apart: Ints
    trios: Ints
    present: Ints
    quiet: Bools | None
    mix: Ints | None
    rules: Mapping[str, bool]
    unmet_may_meet: bool
    linked: Ints
    meeting: Rate
    skipping: Rate

    def with_more(self, silo: int, people: int) -> "Start":
        """Return the scheme after `people` more have joined `silo`, of no role, who have not taken part yet."""

        def more(known: Any, newcomer: int) -> Any:
            return None if known is None else np.append(known, np.full(people, newcomer, known.dtype))

        return replace(
            self,
            silos=more(self.silos, silo),
            trios=more(self.trios, 0),
            present=more(self.present, 0),
            quiet=more(self.quiet, False),
            mix=more(self.mix, -1),
        )

    def draw(self, here: Ints, seed: int, *, quick: bool) -> Pairing:
        """Draw the people `here` (positions, ascending), as well as possible or `quick`. Raises PairingError."""
        met, seated = _positions(self.met, here, len(self.silos))
        return pair(
            self.silos[here],
            met=met,
            met_round=self.met_round[seated],
            apart=_positions(self.apart, here, len(self.silos))[0],
            trios=self.trios[here],
            present=self.present[here],
            quiet=None if self.quiet is None else self.quiet[here],
            mix=None if self.mix is None else self.mix[here],
            seed=seed,
            look_ahead=False,
            quick=quick,
            **self.rules,
        )

    def after(self, matches: Ints, happened: Ints, sat_out: int) -> "Start":
        """Return the scheme after a round of `matches`, of which some `happened`; `sat_out` is −1 for nobody."""
        known = _pairs(happened if self.unmet_may_meet else matches)
        this = self.met_round.max(initial=0) + 1
        trios, present = self.trios.copy(), self.present.copy()
        trios[matches[matches[:, 2] >= 0]] += 1
        trios[sat_out] += sat_out >= 0
        present[matches[matches >= 0]] += 1
        met, met_round = np.concatenate([self.met, known]), np.append(self.met_round, np.full(len(known), this))
        return replace(self, met=met, met_round=met_round, trios=trios, present=present)


@dataclass(frozen=True, eq=False)
class Forecast:
    """The results of the simulations.

    `shares` has the share of the `possible` silo pairs that are linked, shape (simulations, rounds + 1); column 0 is
    now. `forced` has the first round with an unavoidable repeat, −1 for none. `known` is the number of past matches
    with a known outcome.
    """

    shares: Floats
    forced: Ints
    possible: int
    known: int

    def band(self) -> pd.DataFrame:
        """Return one row for each round ahead: round, low, middle, high (10 %, 50 % and 90 % of the simulations)."""
        low, middle, high = np.quantile(self.shares, LIKELY, axis=0)
        return pd.DataFrame({"round": np.arange(len(low)), "low": low, "middle": middle, "high": high})

    def new_links(self, rounds: int) -> tuple[int, int, int]:
        """Return how many more silo pairs are linked after so many rounds: low, middle, high (10 %, 50 %, 90 %)."""
        links = (self.shares[:, rounds] - self.shares[:, 0]) * self.possible
        low, middle, high = np.quantile(links, LIKELY).round().astype(int).tolist()
        return low, middle, high

    def rounds_until(self, share: float) -> tuple[int | None, int | None, int | None]:
        """Return the rounds until that share is linked: early, middle, late (10 %, 50 %, 90 %); None for longer."""
        reached = self.shares >= share
        return _quantiles(np.where(reached.any(axis=1), reached.argmax(axis=1), -1))

    @property
    def repeats_forced(self) -> Rate:
        """Simulations in which a repeat became unavoidable, of all."""
        return Rate(int((self.forced >= 0).sum()), len(self.forced))

    def rounds_until_repeats(self) -> tuple[int | None, int | None, int | None]:
        """Return the rounds until a repeat is forced: early, middle, late; None for longer."""
        return _quantiles(self.forced)


def simulate(start: Start, rounds: int, simulations: int, seed: int) -> Forecast:
    """Draw the next `rounds` rounds `simulations` times, a Monte Carlo forecast. The same seed gives the same forecast.

    Each simulation takes its own rates of meeting and of skipping a round from what was counted (Beta(k+1, n−k+1), the
    posterior from a flat prior; Gelman et al. 2013, § 2.1), so that few counts give a wide interval.
    """
    generators = [np.random.default_rng([seed, number]) for number in range(simulations)]
    runs = [_one(start, rounds, generator) for generator in generators]
    possible = comb(len(np.unique(start.silos)), 2)
    shares, forced = zip(*runs, strict=True)
    return Forecast(np.array(shares), np.array(forced), possible, start.meeting.of)


def _one(start: Start, rounds: int, random: np.random.Generator) -> tuple[list[float], int]:
    meeting, skipping = _drawn_rate(start.meeting, random), _drawn_rate(start.skipping, random)
    skipping = skipping if start.skipping.of else 0.0
    codes, silos = np.unique(start.silos, return_inverse=True)
    linked = _known_links(start.linked, codes)
    now, shares, forced = start, [_share(linked)], -1
    for ahead in range(1, rounds + 1):
        if linked.all():
            if _roomy(now, rounds):
                return shares + [1.0] * (rounds + 1 - ahead), forced
            now = replace(now, rules={**now.rules, "prefer_new_links": False})  # there are none left to prefer
        here = np.flatnonzero(random.random(len(silos)) >= skipping)
        if drawn := _drawn(now, here, int(random.integers(2**31)), sure=forced < 0):
            forced = ahead if forced < 0 and drawn.repeats_unavoidable else forced
            matches = np.where(drawn.matches >= 0, here[drawn.matches], -1)
            happened = matches[random.random(len(matches)) < meeting]
            now = now.after(matches, happened, int(here[drawn.sits_out]) if drawn.sits_out >= 0 else -1)
            pairs = _pairs(happened)
            _link(linked, silos[pairs])
        shares.append(_share(linked))
    return shares, forced


def _roomy(start: Start, rounds: int) -> bool:
    """Return whether everybody has new people left for so many rounds, even if half of all are away.

    Each needs half of those present (Dirac 1952), and a round uses up at most two.
    """
    size = len(start.silos)
    taken = np.bincount(np.concatenate([start.met.ravel(), start.apart.ravel()]), minlength=size)
    return bool((taken + np.bincount(start.silos)[start.silos]).max() + 2 * rounds < size / 4)


def _drawn(now: Start, here: Ints, seed: int, *, sure: bool) -> Pairing | None:
    """Return a quick draw, or the best one if the quick draw has repeats and `sure` asks whether they are needed.

    None where too few are here, or those set apart cannot all be matched: then the round passes.
    """
    if len(here) < 2:
        return None
    try:
        drawn = now.draw(here, seed, quick=True)
        return now.draw(here, seed, quick=False) if drawn.repeats and sure else drawn
    except PairingError:
        return None


def _drawn_rate(counted: Rate, random: np.random.Generator) -> float:
    return float(random.beta(counted.count + 1, counted.of - counted.count + 1))


def _known_links(linked: Ints, codes: Ints) -> Bools:
    """Return the linked pairs of the silos that have people now, as a symmetric square with a true diagonal."""
    square = np.eye(len(codes), dtype=bool)
    _link(square, np.searchsorted(codes, linked[np.isin(linked, codes).all(axis=1)]))
    return square


def _link(square: Bools, pairs: Ints) -> None:
    square[pairs[:, 0], pairs[:, 1]] = square[pairs[:, 1], pairs[:, 0]] = True


def _share(linked: Bools) -> float:
    possible = len(linked) * (len(linked) - 1)
    return float((linked.sum() - len(linked)) / possible) if possible else 1.0


def _positions(pairs: Ints, here: Ints, size: int) -> tuple[Ints, Bools]:
    """Return the pairs with both people here, by position among those here, and a mask of these pairs."""
    where = np.full(size, -1)
    where[here] = np.arange(len(here))
    found = where[pairs]
    seated: Bools = np.min(found, axis=1, initial=0) >= 0
    return found[seated], seated


def _pairs(matches: Ints) -> Ints:
    """Return the pairs of people in matches of two and three (−1 in the last column for two)."""
    trios = matches[matches[:, 2] >= 0]
    return np.concatenate([matches[:, :2], trios[:, [0, 2]], trios[:, [1, 2]]])


def _quantiles(rounds: Ints) -> tuple[int | None, int | None, int | None]:
    """Return the 10 %, 50 % and 90 % quantiles. −1 is later than all, and None stands for it in the result."""
    late = np.iinfo(np.int64).max
    found = np.quantile(np.where(rounds < 0, late, rounds), LIKELY, method="inverted_cdf")
    early, middle, last = (None if one == late else int(one) for one in found)
    return early, middle, last
