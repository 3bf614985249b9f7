"""Draws: how fast, beside networkx and a bare permutation, and how fast hard ones are beside ordinary ones."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx

from coffee.pairing import Pairing, pair
from tests.pairing.test_work import months, nearly_all_met

REPEATS = 5
BRIEF = 25  # for what takes milliseconds
ORDINARY, MILLION = 10_000, 1_000_000
SIZES, ROUNDS = (40, 41, 99, 100, 151, 200, 201, 300, 301, 600, 601, 998, 999), 8


def run() -> None:
    """Print a Markdown table: each measure, its yardstick in the same run, the ratio, and what was asked."""
    print(f"Medians of {REPEATS} runs ({BRIEF} where a run takes milliseconds), in milliseconds.\n")
    print("| measure | here | yardstick | ratio | asked |")
    print("| --- | ---: | ---: | ---: | ---: |")
    beside_networkx()
    ordinary = a_million()
    for name, wishes in hard_schemes().items():
        drawn, taken = timed(lambda wishes=wishes: pair(**wishes, seed=1), BRIEF)
        assert drawn.proven, name
        row(f"{name}: proven", taken, ordinary, taken / ordinary, "≤ 10 × an ordinary 10,000")
    by_the_dashboards_rules()
    in_processes()


def row(name: str, here: float, yardstick: float, ratio: float, asked: str) -> None:
    """One line of the table; times in seconds."""
    print(f"| {name} | {here * 1000:,.1f} | {yardstick * 1000:,.1f} | {ratio:,.1f} | {asked} |", flush=True)


def timed(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[Any, float]:
    """The result and the median time in seconds."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - start)
    return result, median(taken)


def rounds_of(size: int, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """A history of random rounds."""
    return np.concatenate([rng.permutation(size)[: size // 2 * 2].reshape(-1, 2) for _ in range(rounds)])


def beside_networkx() -> None:
    """200 people with 12 real rounds behind them, on the same instance as networkx."""
    silos = np.arange(200) % 20
    met = np.empty((0, 2), int)
    for number in range(12):
        met = np.concatenate([met, pair(silos, met=met, seed=number).matches[:, :2]])
    known = {frozenset(p) for p in met.tolist()}
    graph = nx.Graph()
    for a, b in combinations(range(200), 2):
        graph.add_edge(a, b, weight=1000 * (frozenset((a, b)) not in known) + int(silos[a] != silos[b]))
    matched, theirs = timed(lambda: nx.max_weight_matching(graph, maxcardinality=True))
    drawn, ours = timed(lambda: pair(silos, met=met, seed=99), BRIEF)
    flaws = sum(frozenset(p) in known for p in matched), sum(silos[a] == silos[b] for a, b in matched)
    assert drawn.proven
    assert (drawn.repeats, drawn.same_silo) <= flaws
    row("200 people, 12 rounds; networkx on the same", ours, theirs, theirs / ours, "≥ 50 × faster")


def a_million() -> float:
    """A million people beside a permutation and beside 10,000; the time of the latter."""
    rng = np.random.default_rng(0)
    small = {"silos": rng.integers(0, 500, ORDINARY), "met": rounds_of(ORDINARY, 12, rng)}
    large = {"silos": rng.integers(0, 20_000, MILLION), "met": rounds_of(MILLION, 12, rng)}
    _, shuffling = timed(lambda: rng.permutation(MILLION))
    drawn, taken = timed(lambda: pair(**large, seed=1))
    assert (drawn.repeats, drawn.same_silo, drawn.proven) == (0, 0, True)
    _, ordinary = timed(lambda: pair(**small, seed=1), BRIEF)
    row("1,000,000 people, 6 million past pairs; a permutation", taken, shuffling, taken / shuffling, "≤ 20 ×")
    allowed = (MILLION * np.log(MILLION)) / (ORDINARY * np.log(ORDINARY))
    odd = {"silos": large["silos"][:-1], "met": large["met"][(large["met"] < MILLION - 1).all(axis=1)]}
    own = {"trios": rng.integers(0, 3, MILLION - 1), "present": np.full(MILLION - 1, 12), "prefer_new_links": True}
    _, ruled = timed(lambda: pair(**odd, **own, quiet=rng.random(MILLION - 1) < 0.3, seed=1))
    row(
        "1,000,000 people with the dashboard's own rules (trios, present, quiet, prefer_new_links)",
        ruled,
        taken,
        ruled / taken,
        "≤ 10 × plain",
    )
    row("the same; 10,000 people", taken, ordinary, taken / ordinary, f"≤ {allowed:.0f} × (n log n)")
    return ordinary


def hard_schemes() -> dict[str, dict[str, Any]]:
    """The shapes that break shuffles."""
    rng = np.random.default_rng(1)
    people = np.arange(ORDINARY)
    ordinary = {"silos": rng.integers(0, 500, ORDINARY), "met": rounds_of(ORDINARY, 12, rng)}
    dominated = np.where(people < ORDINARY * 6 // 10, 0, ordinary["silos"] + 1)
    star = np.array([(0, p) for p in range(1, ORDINARY - 1)])
    stars = np.array([(hub, p) for hub in range(10) for p in range(10, ORDINARY) if p % 1000 != hub])
    used_up = [p for p in combinations(range(12), 2) if p[1] - p[0] != 6]
    return {
        "one silo of 60 %": ordinary | {"silos": dominated},
        "two equal silos": ordinary | {"silos": people % 2},
        "a hub apart from all but one": ordinary | {"apart": star},
        "ten hubs apart from all but ten": ordinary | {"apart": stars},
        "12 people, round 11": {"silos": np.arange(12), "met": np.array(used_up)},
    }


def one_blossom() -> float:
    """The processor time of one largest matching of the complete graph of 400, weights drawn from 1 to 49."""
    left, right = np.triu_indices(400, 1)
    weights = np.random.default_rng(0).integers(1, 50, len(left))
    graph = rx.PyGraph()
    graph.add_nodes_from(range(400))
    graph.extend_from_weighted_edge_list(list(zip(left.tolist(), right.tolist(), weights.tolist(), strict=True)))
    taken = [cpu(lambda: rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)) for _ in range(BRIEF)]
    return median(taken)


def cpu(work: Callable[[], Any]) -> float:
    """The processor time of some work, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def by_the_dashboards_rules() -> None:
    """Months of odd and even schemes, and those in which nearly all have met: the slowest draw of each, by processor
    time."""
    yardstick = one_blossom()
    for size in SIZES:
        asked = f"≤ {30 if size <= 301 else 100} × a blossom of 400"
        rounds, slowest = months(size, ROUNDS), 0.0
        for _ in range(ROUNDS):
            slowest = max(slowest, cpu(lambda rounds=rounds: next(rounds)))
        row(f"{size} people, {ROUNDS} rounds by the dashboard's rules", slowest, yardstick, slowest / yardstick, asked)
        schemes = [nearly_all_met(size, left, silos) for left in (0, 1.5, 3, 6, 20) for silos in (3, 12)]
        slowest = max(cpu(lambda wishes=wishes: pair(**wishes, seed=1)) for wishes in schemes)
        row(f"{size} people who have nearly all met", slowest, yardstick, slowest / yardstick, asked)


def in_processes() -> None:
    """The rows that need a process of their own: memory, the command line, and a page answering meanwhile."""
    peak = child("memory")
    print(f"| 1,000,000 people: peak memory, GiB | {peak['gib']:.2f} | | | < 2 |")
    command = child("command")
    print(f"| `pair` with 1,000,000 rows, s | {command['seconds']:.1f} | | | < 30 |")
    print(f"| … its peak memory, GiB | {command['gib']:.2f} | | | < 3 |")
    page = child("page")
    ratio = page["busy"] / page["idle"]
    row(f"a page during a draw of a million ({page['answers']} answers)", page["busy"], page["idle"], ratio, "≤ 3 ×")


def child(task: str) -> dict[str, float]:
    """The measurements of a task in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.pairing", task], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def scheme_of_a_million() -> dict[str, np.ndarray]:
    """A million people of 20,000 silos after 12 rounds."""
    rng = np.random.default_rng(0)
    return {"silos": rng.integers(0, 20_000, MILLION), "met": rounds_of(MILLION, 12, rng)}


def gib() -> float:
    """This process's peak memory so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def memory() -> dict[str, float]:
    """Peak memory of a draw of a million, its input included."""
    drawn: Pairing = pair(**scheme_of_a_million(), seed=1)
    assert drawn.proven
    return {"gib": gib()}


def command() -> dict[str, float]:
    """A million rows through the command line, from file to file."""
    from coffee.cli.main import main

    with tempfile.TemporaryDirectory() as folder:
        people, out = Path(folder) / "people.csv", Path(folder) / "out.csv"
        rows = (f"Name {i},person{i}@org{i % 20_000}.example,Organisation {i % 20_000}\n" for i in range(MILLION))
        people.write_text("name,email,organisation\n" + "".join(rows))
        start = time.perf_counter()
        main.main(["pair", str(people), "-o", str(out)], standalone_mode=False)
        return {"seconds": time.perf_counter() - start, "gib": gib()}


ASKS = """
import sys, time, urllib.request
while True:
    start = time.perf_counter()
    urllib.request.urlopen(sys.argv[1]).read()
    print(start, time.perf_counter() - start, flush=True)
    time.sleep(.002)
"""


def page() -> dict[str, float]:
    """The time a plain page takes to answer, idle and while a million people are drawn, seen from another process."""
    import threading

    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    from coffee.rounds.draw_process import pair_in_process

    app = Starlette(routes=[Route("/", lambda _request: HTMLResponse("<p>Have you met?</p>" * 50))])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    scheme = scheme_of_a_million()
    asking = [sys.executable, "-c", ASKS, f"http://127.0.0.1:{port}/"]
    with subprocess.Popen(asking, stdout=subprocess.PIPE, text=True) as asker:
        time.sleep(3)
        start = time.perf_counter()
        for _ in range(REPEATS):
            pair_in_process(**scheme, seed=1)
        end = time.perf_counter()
        asker.terminate()
        answers = [tuple(map(float, line.split())) for line in asker.stdout or [] if line.endswith("\n")]
    server.should_exit = True
    idle = [took for at, took in answers[20:] if at < start]
    busy = [took for at, took in answers if start < at < end]
    return {"idle": median(idle), "busy": median(busy), "answers": len(busy)}


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps({"memory": memory, "command": command, "page": page}[sys.argv[1]]()))
        sys.stdout.flush()
        os._exit(0)
    run()
