"""Processes are killed at random moments of what they do to a scheme."""

import random
from pathlib import Path

from tests.bench.kills import Walk


def test_nothing_is_half_done_after_a_kill(tmp_path: Path) -> None:
    """A dozen kills, each kind of work at least once: what comes next finds it done or not begun.

    And nothing is left beside the scheme. `python -m tests.bench kills` does it two hundred times.
    """
    walk = Walk(tmp_path, random.Random(4))
    for _ in range(12):
        walk.kill()
    assert walk.faults == []
