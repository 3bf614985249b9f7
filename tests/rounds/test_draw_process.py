"""A large draw beside the pages is the same draw."""

import subprocess
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from coffee.pairing import PairingError, pair
from coffee.rounds.draw_process import pair_in_process


def test_a_large_draw_in_its_own_process_is_the_same() -> None:
    """The same seed gives the same matches and certificate, whichever process draws."""
    rng = np.random.default_rng(1)
    silos, met = rng.integers(0, 500, 30_000), rng.integers(0, 30_000, (60_000, 2))
    here, there = pair(silos, met=met, seed=3), pair_in_process(silos, met=met, seed=3)
    assert np.array_equal(here.matches, there.matches)
    assert (here.proven, here.repeats, here.seed) == (there.proven, there.repeats, there.seed)


def test_a_draw_that_may_have_to_be_searched_for_runs_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred people who have met nearly everybody: what holds the pages up is kept from them."""
    started = []
    run = subprocess.run

    def counted(*args: Any, **how: Any) -> Any:
        started.append(1)
        return run(*args, **how)

    monkeypatch.setattr(subprocess, "run", counted)
    rng, met = np.random.default_rng(2), np.array(list(combinations(range(301), 2)))
    met = met[rng.random(len(met)) < 0.97]
    here, there = pair(range(301), met=met, seed=3), pair_in_process(range(301), met=met, seed=3)
    assert np.array_equal(here.matches, there.matches)
    assert started
    pair_in_process(range(301), met=met[:1000], seed=3)
    assert len(started) == 1


def test_errors_come_back_as_they_are() -> None:
    """Whoever is stranded is named, from the other process too."""
    everybody = np.arange(25_000)
    apart = np.stack([np.zeros(24_999, int), everybody[1:]], axis=1)
    with pytest.raises(PairingError) as caught:
        pair_in_process(everybody, apart=apart)
    assert (caught.value.kind, caught.value.people) == ("apart from everyone", (0,))


def test_small_draws_stay_here() -> None:
    """Below that size no process is started."""
    assert np.array_equal(pair_in_process([0, 1, 2, 3], seed=1).matches, pair([0, 1, 2, 3], seed=1).matches)
