"""Three years of a scheme by itself: 36 rounds of 60 people, every step once, nothing halts, nobody is lost."""

import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.automation.world import A_DAY, world

YEARS, SIZE = 3, 60


def run() -> None:
    """Live through the years and print what happened; AssertionError names each fault."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), SIZE, seed=3, newcomers=0.12) as scheme:
        begun = time.process_time()
        scheme.live(scheme.now + YEARS * 365 * A_DAY)
        seconds = time.process_time() - begun
        scheme.check_the_end()
        kinds = Counter(dict(scheme.letters()))
        print(f"| {YEARS} years of {SIZE} people | {seconds:,.0f} s of processor time |\n| --- | ---: |")
        for what, count in {
            "rounds": scheme.rounds(),
            "moments at which two programs looked at once": scheme.races,
            "of them won by the other program": scheme.won,
            "programs killed and started again": scheme.beside.restarts,
            "letters accepted": len(scheme.inbox.accepted),
            "addresses refused": len(scheme.dead),
            "people who ever joined": scheme.people(),
            "drafts and rounds mended": kinds["mended"],
            "told that they sit out": kinds["sits out"],
            "asked whether they are still in": kinds["still in"],
            "steps that went wrong": len(scheme.faults),
        }.items():
            print(f"| {what} | {count:,} |")
