"""The draw itself: checks the wishes, chooses the method, and certifies what came out."""

import secrets
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing.check import read
from coffee.pairing.cost import tiers
from coffee.pairing.flaws import Flaws
from coffee.pairing.lookahead import LARGEST, ahead
from coffee.pairing.model import IntArray, Pairing, PairingError, Problem, Rules
from coffee.pairing.plan import Plan, plan
from coffee.pairing.reasons import reasons, stranded
from coffee.pairing.solve import Drawn, Solver
from coffee.pairing.verdict import judge, match_of


def pair(
    silos: Any,
    *,
    met: Any = None,
    apart: Any = None,
    together: Any = None,
    seed: int | None = None,
    look_ahead: bool = True,
    met_round: Any = None,
    trios: Any = None,
    present: Any = None,
    silos_first: bool = False,
    silos_free: bool = False,
    odd_sits_out: bool = False,
    prefer_new_links: bool = False,
    quiet: Any = None,
    mix: Any = None,
    quick: bool = False,
) -> Pairing:
    """Draws everybody into matches of two, and one of three when the number is odd.

    What a draw promises, in this order: people `apart` are never matched and people `together` are; repeats are as few
    as possible; then same-silo pairs; then the trio goes to whoever is due; then, where repeats are forced, the
    pairs of longest ago meet again; then the preferences; and among all such draws chance decides.

    Positions 0 … n − 1 stand for people throughout. `silos` (n,) are labels. `met`, `apart`, `together` (k, 2) are
    pairs; `met` is oldest first and may name a pair again, and `met_round` (k,) may tell its rounds apart. Two
    pairs `together` that share a person make a trio. `trios` (n,) counts each person's earlier trios and sit-outs,
    `present` (n,) the rounds they have been there for: nobody is in another trio while somebody present as long
    has been in fewer. `silos_first` puts same-silo pairs above repeats, `silos_free` does not mind them,
    `odd_sits_out` leaves one person out in place of a trio. `prefer_new_links` prefers pairs of silos that nobody
    has linked, `quiet` (n,) marks people who never answer and are better not matched with each other, `mix` (n,)
    is a second label to differ in (−1: unknown).

    The draw is exactly uniform among the best up to 16 people, and up to 60 where few draws are left; otherwise
    best draws are stirred by a Markov chain. With `look_ahead`, up to 40 people, only draws that leave as many
    repeat-free rounds as possible are drawn, and preferences give way to that. The same seed and arguments give the
    same draw.

    Up to 16 free people all draws are counted (Caianiello 1953). Up to 1,000, and to 4,000 where a history is nearly
    used up, a shuffle that misses the bound gives way to Edmonds' blossom algorithm (Edmonds 1965, Galil 1986) on as
    few pairs of each person as matter, O(n³) at worst. Above, the shuffle is a handful of passes in O(n + k), and
    whoever it leaves flawed is searched a partner for along Edmonds' alternating trees.
    `proven` compares the repeats and same-silo pairs with bounds after Tutte (1947) and Berge (1958). Everything below
    them, above 16 people, is as good as a search finds whose work is bounded: no draw takes long, whatever its history.
    An odd number of 200 people and more with a history nearly used up may for that come back as not proven.

    With `quick`, above 16 people, the first good draw is taken: for the thousands of draws of a forecast. It may have
    a flaw too many, and says no more about what is unavoidable than bounds do.

    Raises PairingError for wishes that cannot all be kept, and ValueError for arrays of the wrong shape, kind or range.
    """
    rules = Rules(silos_first, silos_free, odd_sits_out, prefer_new_links)
    problem = read(
        silos,
        met=met,
        apart=apart,
        together=together,
        met_round=met_round,
        trios=trios,
        present=present,
        quiet=quiet,
        mix=mix,
        rules=rules,
    )
    if seed is None:
        seed = secrets.randbits(63)
    rng = np.random.Generator(np.random.PCG64(seed))
    seats = plan(problem)
    solver = Solver(problem, seats, Flaws(problem), rng, quick=quick)
    drawn = _first(solver)
    if look_ahead and len(seats.free) <= LARGEST:
        solver, drawn = _looking_ahead(solver, drawn)
    return certified(solver, drawn, seed)


def _first(solver: Solver) -> Drawn:
    """One draw; where there is none, PairingError names as few people as it can."""
    try:
        return solver.draw()
    except PairingError as error:
        found = stranded(solver.problem, solver.plan, solver.rng) if error.kind == "stranded" else ()
        raise PairingError(error.kind, found or error.people) from error


def _looking_ahead(solver: Solver, drawn: Drawn) -> tuple[Solver, Drawn]:
    """Another draw as good that leaves more rounds, as long as there are rounds without repeats, and who drew it.

    When no draw that keeps to the preferences leaves all the rounds there can be, they give way.
    """
    problem, counts = solver.problem, tiers(solver.flaws.unit, drawn.cost)
    if counts["repeats"]:
        return solver, drawn
    across = not problem.rules.silos_free and not counts["same_silo"]
    best, left, goal = ahead(problem, solver.plan, solver.draw, across=across, rng=solver.rng)
    plain = problem.without_preferences()
    if left == goal or plain is problem:
        return solver, best
    other = Solver(plain, solver.plan, Flaws(plain), solver.rng)
    found, more, _ = ahead(plain, solver.plan, other.draw, across=across, rng=solver.rng)
    return (other, found) if more > left else (solver, best)


def certified(solver: Solver, drawn: Drawn, seed: int) -> Pairing:
    """The draw with its certificate."""
    problem, seats, flaws = solver.problem, solver.plan, solver.flaws
    settled = settled_cost(seats, flaws)
    counts, least = (tiers(flaws.unit, cost + settled) for cost in (drawn.cost, drawn.least))
    rows, sits_out = as_rows(drawn, problem.size)
    refuse_apart(problem, rows)
    same, least_same = counts["same_silo"], least["same_silo"]
    proven = (counts["repeats"], same) == (least["repeats"], least_same)
    if problem.rules.silos_free:
        same = int(judge(rows, problem.silos).same_silo.sum())
    why = reasons(problem, seats, flaws, least, solver.rng)
    return Pairing(rows, counts["repeats"], same, least["repeats"], least_same, proven, seed, sits_out, why)


def refuse_apart(problem: Problem, rows: IntArray) -> None:
    """PairingError when people set apart are in one match, however that came about: such a draw is never given."""
    home = match_of(rows, problem.size).take(problem.apart)
    alike = np.flatnonzero(home[:, 0] == home[:, 1])
    one, two = problem.apart[alike].T
    broken = problem.apart[alike[(home[alike, 0] >= 0) & (one != two)]]
    if len(broken):
        raise PairingError("stranded", np.unique(broken).tolist())


def settled_cost(seats: Plan, flaws: Flaws) -> int:
    """What the matches cost that the organiser put together."""
    return sum(int(flaws(np.array([a]), np.array([b]))[0]) for group in seats.fixed for a, b in combinations(group, 2))


def as_rows(drawn: Drawn, size: int) -> tuple[IntArray, int]:
    """The matches as an array (m, 3), and the position of whoever sits out (−1: nobody)."""
    empty = (drawn.pairs == size).any(axis=1)
    pairs = np.full((len(drawn.pairs), 3), -1)
    pairs[:, :2] = drawn.pairs
    sits_out = [min(m) for m in drawn.others if max(m) == size] + drawn.pairs[empty].min(axis=1).tolist()
    others = [(*m, -1)[:3] for m in drawn.others if max(m) < size]
    return np.concatenate([pairs[~empty], np.array(others, np.int64).reshape(-1, 3)]), [*sits_out, -1][0]
