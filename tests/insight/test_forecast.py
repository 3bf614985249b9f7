"""The look ahead."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from coffee.insight import takeaways
from coffee.insight.feedback import FEWEST
from coffee.insight.forecast import Forecast, Start, simulate
from coffee.insight.rates import Rate
from coffee.insight.ties import silo_codes, skipped, ties
from coffee.text.silo import Silo

NONE = np.empty((0, 2), np.int64)
CERTAIN = 10**9  # so many counts that the rate is as good as known


def start(silos: list[int], meeting: Rate | None = None, skipping: Rate | None = None) -> Start:
    """A new scheme where everybody meets and nobody skips, unless told otherwise."""
    everybody, nobody = Rate(CERTAIN, CERTAIN), Rate(0, CERTAIN)
    nothing = np.zeros(len(silos), np.int64)
    return Start(
        np.array(silos), NONE, NONE[:, 0], NONE, trios=nothing, present=nothing, quiet=None, mix=None, rules={},
        unmet_may_meet=True, linked=NONE, meeting=meeting or everybody, skipping=skipping or nobody,
    )  # fmt: skip


def test_four_people_of_four_silos_take_three_rounds() -> None:
    """A tournament of four has three rounds of two matches: a third of the six pairs linked in each, then repeats."""
    found = simulate(start([0, 1, 2, 3]), rounds=5, simulations=6, seed=1)
    assert found.shares.tolist() == [pytest.approx([0, 1 / 3, 2 / 3, 1, 1, 1])] * 6
    assert found.rounds_until(0.5) == (2, 2, 2)
    assert found.rounds_until(0.95) == (3, 3, 3)
    assert found.rounds_until_repeats() == (4, 4, 4)


def test_two_silos_of_three_run_out_after_three_rounds() -> None:
    """Three rounds across use up K3,3; what is left of K6 is two triangles, which have no perfect matching."""
    found = simulate(start([0, 0, 0, 1, 1, 1]), rounds=5, simulations=6, seed=1)
    assert (found.shares[:, 1] == 1).all()
    assert found.rounds_until_repeats() == (4, 4, 4)


def test_nobody_meeting_links_nothing() -> None:
    """Without meetings the share stays where it is, and no date is promised."""
    found = simulate(start([0, 1, 2, 3], meeting=Rate(0, CERTAIN)), rounds=4, simulations=4, seed=1)
    assert found.shares.max() == 0
    assert found.rounds_until(0.5) == (None, None, None)


def test_everybody_skipping_is_no_trouble() -> None:
    """Rounds with nobody in them pass."""
    found = simulate(start([0, 1, 2, 3], skipping=Rate(CERTAIN, CERTAIN)), rounds=3, simulations=2, seed=1)
    assert found.shares.max() == 0


def test_the_same_seed_gives_the_same_forecast() -> None:
    """The figure on the page does not change when nothing has."""
    some = start([0, 0, 1, 1, 2, 2, 3, 3, 4], meeting=Rate(6, 10), skipping=Rate(1, 10))
    one, again = (simulate(some, rounds=4, simulations=5, seed=3) for _ in range(2))
    assert (one.shares == again.shares).all()
    assert (simulate(some, rounds=4, simulations=5, seed=4).shares != one.shares).any()


def test_the_share_never_falls_and_what_is_known_counts() -> None:
    """Links that were made stay made, and the forecast starts from them."""
    some = replace(start([0, 0, 1, 1, 2, 2, 3, 3], meeting=Rate(5, 10)), linked=np.array([[0, 1], [2, 3], [0, 9]]))
    found = simulate(some, rounds=5, simulations=8, seed=2)
    assert found.shares[:, 0] == pytest.approx(2 / 6)
    assert (np.diff(found.shares, axis=1) >= 0).all()
    band = found.band()
    assert ((band["low"] <= band["middle"]) & (band["middle"] <= band["high"])).all()


def test_more_people_come_after_those_who_are_there() -> None:
    """Newcomers take the positions after everybody else's, so that what happened still belongs to the same people."""
    few = replace(start([0, 1, 2, 3]), met=np.array([[0, 3]]), met_round=np.array([1]), linked=np.array([[0, 3]]))
    more = few.with_more(2, 3)
    assert more.silos.tolist() == [0, 1, 2, 3, 2, 2, 2]
    assert simulate(more, rounds=1, simulations=2, seed=1).shares[:, 0] == pytest.approx(1 / 6)


def test_before_a_second_round_nobody_is_taken_to_skip() -> None:
    """The forecast lets nobody skip while nothing is known about skipping."""
    found = simulate(start([0, 1, 2, 3], skipping=Rate(0, 0)), rounds=3, simulations=4, seed=1)
    assert (found.shares[:, 3] == 1).all()


def test_few_counts_give_a_wide_interval() -> None:
    """Three matches say less about the rate of meeting than three hundred."""
    silos = [silo for silo in range(6) for _ in range(3)]
    known, unknown = (
        simulate(start(silos, meeting=rate), rounds=3, simulations=30, seed=6).band().iloc[-1]
        for rate in (Rate(200, 300), Rate(2, 3))
    )
    assert unknown["high"] - unknown["low"] > known["high"] - known["low"]


def test_later_than_the_horizon_is_said_so() -> None:
    """The middle date is None if most simulations do not get there."""
    found = Forecast(np.array([[0.0, 0.6], [0.0, 0.4], [0.0, 0.4]]), np.array([-1, 2, -1]), 5, CERTAIN)
    assert found.rounds_until(0.5) == (1, None, None)
    assert found.rounds_until_repeats() == (2, None, None)


def test_people_set_apart_are_never_drawn_together() -> None:
    """Two who are the only ones of their silos, and set apart, never link them."""
    some = replace(start([0, 1, 2, 2, 2, 2]), apart=np.array([[0, 1]]))
    found = simulate(some, rounds=6, simulations=6, seed=1)
    assert found.shares.max() == pytest.approx(2 / 3)


def test_a_round_that_cannot_be_drawn_passes() -> None:
    """Nobody meets and nothing fails if all people present are set apart from each other."""
    found = simulate(replace(start([0, 1]), apart=np.array([[0, 1]])), rounds=3, simulations=2, seed=1)
    assert found.shares.max() == 0


def test_a_pair_that_did_not_meet_may_or_may_not_be_drawn_again() -> None:
    """Two silos of three who never meet have partners for ever, or for three rounds."""
    never = start([0, 0, 0, 1, 1, 1], meeting=Rate(0, CERTAIN))
    assert simulate(never, rounds=5, simulations=3, seed=1).rounds_until_repeats() == (None, None, None)
    strict = replace(never, unmet_may_meet=False)
    assert simulate(strict, rounds=5, simulations=3, seed=1).rounds_until_repeats() == (4, 4, 4)


def test_preferring_new_links_links_sooner() -> None:
    """The organiser's preference reaches the forecast."""
    some = start([silo for silo in range(12) for _ in range(4)])
    with_it, without = (
        simulate(replace(some, rules={"prefer_new_links": preferred}), rounds=4, simulations=6, seed=2).new_links(4)
        for preferred in (True, False)
    )
    assert with_it[0] > without[2]


def test_trios_go_round() -> None:
    """Seats in trios and rounds sat out are remembered: five people each have two turns in five rounds."""
    now, everybody = replace(start([0, 1, 2, 3, 4]), rules={"odd_sits_out": True}), np.arange(5)
    for seed in range(5):
        drawn = now.draw(everybody, seed, quick=True)
        now = now.after(drawn.matches, drawn.matches, drawn.sits_out)
    assert now.trios.tolist() == [1] * 5
    assert now.present.tolist() == [4] * 5
    assert np.unique(now.met_round).tolist() == [1, 2, 3, 4, 5]


def test_a_large_scheme_is_done_when_all_is_linked() -> None:
    """No draw is needed after the last link if nobody can run out of partners."""
    found = simulate(start([0, 1] * 300), rounds=6, simulations=3, seed=1)
    assert (found.shares[:, 1:] == 1).all()
    assert found.shares.shape == (3, 7)
    assert found.rounds_until_repeats() == (None, None, None)


def test_what_more_people_change_is_said_whatever_is_linked() -> None:
    """The first mark that is not reached yet, and past all of them the share in the end."""
    marks = (0.5, 0.8, 0.95)

    def linked(*shares: float) -> Forecast:
        return Forecast(np.array([shares] * 3), np.array([-1] * 3), 100, CERTAIN)

    slow, fast = linked(0.85, 0.9, 0.92, 0.95), linked(0.85, 0.93, 0.96, 0.97)
    assert (
        takeaways.of_change(slow, fast, marks, 3)
        == "95\xa0% of the pairs are linked in about 2 rounds, instead of in about 3 rounds."
    )
    assert takeaways.of_change(slow, slow, marks, 3).endswith("in about 3 rounds, as without them.")
    nearly, more = linked(0.96, 0.96, 0.96, 0.97), linked(0.96, 0.97, 0.98, 0.99)
    assert (
        takeaways.of_change(nearly, more, marks, 3)
        == "99\xa0% of the pairs are linked after 3 rounds, instead of 97\xa0%."
    )
    never = linked(0.1, 0.2, 0.3, 0.4)
    assert takeaways.of_change(never, linked(0.1, 0.2, 0.3, 0.45), marks, 3).startswith("45\xa0% of the pairs")


def test_the_forecast_says_what_is_linked_and_when_more_will_be() -> None:
    """Marks that are passed are not promised again, and the first that is out of reach is the last that is named."""
    found = Forecast(np.array([[0.6, 0.7, 0.85]] * 3), np.array([-1] * 3), 100, FEWEST)
    assert takeaways.of_forecast(Silo(), found, (0.5, 0.8, 0.9, 0.95), 2) == (
        "Of the pairs of organisations that have people now, 60\xa0% are linked. At the present rate: 80\xa0% in "
        "about 2 rounds; 90\xa0% not within 2 rounds. None of the 3 simulations needs a repeat within 2 rounds."
    )


@pytest.mark.parametrize(
    ("forced", "sentence"),
    [
        ([-1, -1, 2], "1 of 3 simulations needs a repeat within 24 rounds."),
        ([-1, 4, 2], "2 of 3 simulations need a repeat within 24 rounds, half of all within 4 rounds."),
    ],
)
def test_repeats_are_a_forecast_and_not_a_fact(forced: list[int], sentence: str) -> None:
    """The sentence counts the simulations that could not avoid a repeat, however few they are."""
    found = Forecast(np.array([[1.0, 1.0]] * 3), np.array(forced), 100, FEWEST)
    assert takeaways.of_forecast(Silo(), found, (0.5,), 24).endswith(sentence)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (0, "So far no outcome is known, so this is a guess."),
        (1, "So far the outcome of only 1 match is known, so this is a guess."),
        (FEWEST - 1, "So far the outcome of only 4 matches is known, so this is a guess."),
    ],
)
def test_a_forecast_from_few_answers_says_that_it_is_a_guess(known: int, said: str) -> None:
    """Nobody plans by a date that rests on one answer."""
    counted = simulate(start([0, 0, 1, 1, 2, 2], meeting=Rate(known, known)), rounds=2, simulations=3, seed=1)
    assert takeaways.of_forecast(Silo(), counted, (0.9,), 2).endswith(f" {said}")


def test_linked_silos_and_skipped_rounds_are_read_from_the_history() -> None:
    """Organisations that have nobody now are left out; a seat is skipped when its person misses the next round."""
    history = pd.DataFrame(
        {
            "round": [1, 1, 1, 1, 4, 4], "match": [1, 1, 2, 2, 3, 3], "person": [1, 2, 3, 4, 1, 3],
            "organisation": ["A", "B", "Gone", "A", "A", "C"], "met": "yes", "disagree": False,
        }
    )  # fmt: skip
    assert silo_codes(ties(history), ["A", "B", "C"]).tolist() == [[0, 1], [0, 2]]
    rate = skipped(history)
    assert (rate.count, rate.of) == (2, 4)
