"""The draw itself: checks the wishes, chooses the method, and certifies what came out."""

import secrets
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing.costs import Costs, tiers
from coffee.pairing.lookahead import LARGEST, ahead
from coffee.pairing.model import IntArray, Pairing, PairingError
from coffee.pairing.reasons import reasons, stranded
from coffee.pairing.seats import Drawn, Seats, seats_of
from coffee.pairing.solver import Solver
from coffee.pairing.swaps import judge, match_of
from coffee.pairing.wishes import Wishes, read


def pair(
    silos: Any,
    *,
    met: Any = None,
    apart: Any = None,
    together: Any = None,
    seed: int | None = None,
    look_ahead: bool = True,
    quick: bool = False,
    **more: Any,
) -> Pairing:
    """Draw everybody into matches of two, and one of three when the number is odd.

    What a draw promises, in this order: people `apart` are never matched and people `together` are; repeats are as few
    as possible; then same-silo pairs; then the trio goes to whoever is due; then, where repeats are forced, the
    pairs of longest ago meet again; then the preferences; and among all such draws chance decides.

    Positions 0 … n − 1 stand for people throughout. `silos` (n,) are labels. `met`, `apart`, `together` (k, 2) are
    pairs; `met` is oldest first and may name a pair again. Two pairs `together` that share a person make a trio.

    Of `more`, arrays: `met_round` (k,) tells the rounds of `met` apart. `trios` (n,) counts each person's earlier trios
    and sit-outs, `present` (n,) the rounds they have been there for: nobody is in another trio while somebody present
    as long has been in fewer. `quiet` (n,) marks people who never answer and are better not matched with each other,
    `mix` (n,) is a second label to differ in (−1: unknown). And rules, all False unless given: `silos_first` puts
    same-silo pairs above repeats, `silos_free` does not mind them, `odd_sits_out` leaves one person out in place of a
    trio, `prefer_new_links` prefers pairs of silos that nobody has linked.

    The draw is exactly uniform among the best up to 16 people; above, best draws are stirred by a Markov chain. With
    `look_ahead`, up to 40 people, only draws that leave as many repeat-free rounds as possible are drawn, and
    preferences give way to that. The same seed and arguments give the same draw.

    Up to 16 free people all draws are counted (`small`), up to 1,250 a shuffle that misses the bound gives way to
    Edmonds' blossom algorithm (`exact`, `trios`), and above its flawed matches are reopened (`large`).
    `proven` compares the repeats and same-silo pairs with bounds after Tutte (1947) and Berge (1958). Everything below
    them, above 16 people, is as good as a search finds whose work is bounded: no draw takes long, whatever its history.
    An odd number of 200 people and more, or any above 1,250, with a history nearly used up may for that come back as
    not proven.

    With `quick`, above 16 people, the first good draw is taken: for the thousands of draws of a forecast. It may have
    a flaw too many, and says no more about what is unavoidable than bounds do.

    Raises PairingError for wishes that cannot all be kept, and ValueError for arrays of the wrong shape, kind or range.
    """
    wishes = read(silos, met=met, apart=apart, together=together, **more)
    if seed is None:
        seed = secrets.randbits(63)
    rng = np.random.Generator(np.random.PCG64(seed))
    solver = Solver(wishes, seats_of(wishes), Costs(wishes), rng, quick=quick)
    drawn = _first(solver)
    if look_ahead and len(solver.seats.free) <= LARGEST:
        solver, drawn = _looking_ahead(solver, drawn)
    return certified(solver, drawn, seed)


def _first(solver: Solver) -> Drawn:
    """One draw; where there is none, PairingError names as few people as it can."""
    try:
        return solver.draw()
    except PairingError as error:
        named = stranded(solver.wishes, solver.seats, solver.rng) if error.kind == "stranded" else ()
        raise PairingError(error.kind, named or error.people) from error


def _looking_ahead(solver: Solver, drawn: Drawn) -> tuple[Solver, Drawn]:
    """Another draw as good that leaves more rounds, as long as there are rounds without repeats, and who drew it.

    When no draw that keeps to the preferences leaves all the rounds there can be, they give way.
    """
    wishes, counts = solver.wishes, tiers(solver.costs.unit, drawn.cost)
    if counts["repeats"]:
        return solver, drawn
    across = not wishes.silos_free and not counts["same_silo"]
    best, left, goal = ahead(wishes, solver.seats, solver.draw, across=across, rng=solver.rng)
    plain = wishes.without_preferences()
    if left == goal or plain is wishes:
        return solver, best
    other = Solver(plain, solver.seats, Costs(plain), solver.rng)
    found, more, _ = ahead(plain, solver.seats, other.draw, across=across, rng=solver.rng)
    return (other, found) if more > left else (solver, best)


def certified(solver: Solver, drawn: Drawn, seed: int) -> Pairing:
    """The draw with its certificate."""
    wishes, seats, costs = solver.wishes, solver.seats, solver.costs
    settled = settled_cost(seats, costs)
    counts, least = (tiers(costs.unit, cost + settled) for cost in (drawn.cost, drawn.least))
    rows, sits_out = as_rows(drawn, seats, wishes.size)
    refuse_apart(wishes, rows)
    same, least_same = counts["same_silo"], least["same_silo"]
    proven = (counts["repeats"], same) == (least["repeats"], least_same)
    if wishes.silos_free:
        same = int(judge(rows, wishes.silos).same_silo.sum())
    why = reasons(wishes, seats, least, solver.rng)
    return Pairing(rows, counts["repeats"], same, least["repeats"], least_same, proven, seed, sits_out, why)


def refuse_apart(wishes: Wishes, rows: IntArray) -> None:
    """PairingError when people set apart are in one match, however that came about: such a draw is never given."""
    home = match_of(rows, wishes.size).take(wishes.apart)
    alike = np.flatnonzero(home[:, 0] == home[:, 1])
    one, two = wishes.apart[alike].T
    broken = wishes.apart[alike[(home[alike, 0] >= 0) & (one != two)]]
    if len(broken):
        raise PairingError("stranded", np.unique(broken).tolist())


def settled_cost(seats: Seats, costs: Costs) -> int:
    """The cost of the matches that the organiser put together."""
    return sum(int(costs(np.array([a]), np.array([b]))[0]) for group in seats.fixed for a, b in combinations(group, 2))


def as_rows(drawn: Drawn, seats: Seats, size: int) -> tuple[IntArray, int]:
    """All matches as an array (m, 3), and the position of whoever sits out (−1: nobody)."""
    empty = (drawn.pairs == size).any(axis=1)
    sits_out = drawn.pairs[empty].min(axis=1).tolist()
    others = [match for match in seats.fixed if match != drawn.trio[1:]] + [drawn.trio] * bool(drawn.trio)
    pairs = np.pad(drawn.pairs[~empty], ((0, 0), (0, 1)), constant_values=-1)
    rest = np.array([(*match, -1)[:3] for match in others], np.int64).reshape(-1, 3)
    return np.concatenate([pairs, rest]), [*sits_out, -1][0]
