"""No draw takes long: the work of its exact searches is counted, so that a slow machine does not matter."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import rustworkx as rx

from coffee.pairing import judge, pair, repair

YARDSTICK = 400 * (400 * 399 // 2)  # people times pairs of one matching of four hundred


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A list of what each matching took, people times pairs, as the draws of a test go on."""
    done = []
    plain = rx.max_weight_matching

    def counted(graph: Any, **how: Any) -> Any:
        done.append(graph.num_nodes() * graph.num_edges())
        return plain(graph, **how)

    monkeypatch.setattr(rx, "max_weight_matching", counted)
    return done


def unequal_silos(size: Any, rng: Any) -> Any:
    """Twelve organisations, the largest twelve times as large as the smallest."""
    share = 1 / np.arange(1, 13)
    return rng.choice(12, size, p=share / share.sum())


def months(size: int, rounds: int) -> Iterator[Any]:
    """The draws of a scheme month by month, by the rules that the dashboard passes: wishes and draw of each."""
    rng = np.random.default_rng(size)
    silent = rng.random(size) < 0.3
    wishes: dict[str, Any] = {"silos": unequal_silos(size, rng), "prefer_new_links": True}
    met: list[tuple[int, int, int]] = []
    trios = np.zeros(size, int)
    for number in range(rounds):
        past = np.array(met, int).reshape(-1, 3)
        wishes |= {"met": past[:, :2], "met_round": past[:, 2], "quiet": silent & (number > 0)}
        wishes |= {"trios": trios.copy(), "present": np.full(size, number)}
        drawn = pair(**wishes, seed=number)
        yield wishes, drawn
        groups = [[p for p in row if p >= 0] for row in drawn.matches.tolist()]
        met += [(*two, number) for group in groups for two in combinations(group, 2)]
        trios[[p for group in groups if len(group) == 3 for p in group]] += 1


@pytest.mark.parametrize("size", [40, 41, 99, 200, 201, 301])
def test_a_draw_by_the_dashboards_rules_is_little_work(work: Any, size: int) -> None:
    """Odd or even, with a history of one round and of more: never ten times one matching of four hundred people, and
    nobody is in a second trio before their turn."""
    for wishes, drawn in months(size, 4):
        assert sum(work) < 10 * YARDSTICK
        assert (drawn.repeats, drawn.same_silo, drawn.proven) == (0, 0, True)
        trio = drawn.matches[drawn.matches[:, 2] >= 0]
        assert not wishes["trios"][trio].any()
        work.clear()


def nearly_all_met(size: Any, left: Any, silos: Any) -> Any:
    """Wishes of people who each have about so many left to meet, after years of rounds."""
    rng = np.random.default_rng(size)
    pairs = np.array(list(combinations(range(size), 2)))
    met = rng.permutation(pairs[rng.random(len(pairs)) < 1 - left / size])
    wishes: dict[str, Any] = {
        "silos": rng.integers(0, silos, size),
        "met": met,
        "met_round": np.sort(rng.integers(0, size, len(met))),
    }
    more = {"trios": rng.integers(0, 3, size), "present": np.full(size, size), "quiet": rng.random(size) < 0.3}
    return wishes | more | {"prefer_new_links": True}


@pytest.mark.parametrize("left", [0, 1.5, 3, 6])
@pytest.mark.parametrize("size", [40, 61, 151, 200, 301])
def test_a_history_nearly_used_up_is_little_work(work: Any, size: int, left: float | int) -> None:
    """Neither is a draw when nearly everybody has met everybody, and the bounds it names are true."""
    drawn = pair(**(wishes := nearly_all_met(size, left, 3)), seed=1)
    assert sum(work) < 30 * YARDSTICK
    verdict = judge(drawn.matches, wishes["silos"], wishes["met"])
    assert (verdict.repeats.sum(), verdict.same_silo.sum()) == (drawn.repeats, drawn.same_silo)
    assert (drawn.repeats_unavoidable, drawn.same_silo_unavoidable) <= (drawn.repeats, drawn.same_silo)
    assert drawn.proven or size >= 200


@pytest.mark.parametrize("size", [61, 300])
def test_a_repair_is_little_work(work: Any, size: int) -> None:
    """Nor is the smallest change after somebody has left, or two have."""
    wishes = nearly_all_met(size, 6, 12)
    matches = pair(**wishes, seed=1).matches
    known = {name: wishes[name] for name in ("silos", "met", "trios", "present")}
    for gone in (1, 2):
        work.clear()
        repair(matches, leaving=range(gone), **known)
        assert sum(work) < 30 * YARDSTICK
