"""Draws that take long in a process of their own, so that pages go on answering meanwhile."""

import pickle
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from coffee.pairing import Pairing, PairingError, pair

LARGE = 20_000
SMALL = 200  # up to so many people a search takes a moment
USED_UP = 8  # so many pairs behind everybody, of n² / 8, that a draw has to be searched for
SEARCHED = ("quiet", "mix", "trios")  # wishes that a shuffle alone seldom keeps
ROOT = Path(__file__).parents[2]


def pair_in_process(silos: Any, **wishes: Any) -> Pairing:
    """Draw as `pair` does, with the same arguments, errors and draws.

    From 20,000 people on, or 200 for whom a draw has to be searched for, it runs in a process of its own. NumPy
    and Python share one lock, so a draw beside the pages' thread would hold them up. The arrays go through a file:
    sending them would hold the lock as well.
    """
    if not _takes_long(len(silos), wishes):
        return pair(silos, **wishes)
    given = {"silos": silos, **wishes}
    with TemporaryDirectory() as folder:
        np.savez(Path(folder, "wishes.npz"), **{name: value for name, value in given.items() if value is not None})
        # Python's own process pools would run the dashboard's script there once more.
        command = [sys.executable, "-c", "from coffee.rounds.draw_process import answer; answer()", folder]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603
        drawn = pickle.loads(Path(folder, "drawn").read_bytes())  # noqa: S301  # from a process of our own
    if isinstance(drawn, Pairing):
        return drawn
    raise PairingError(*drawn)


def _takes_long(size: int, wishes: dict[str, Any]) -> bool:
    behind = sum(len(wishes[name]) for name in ("met", "apart") if wishes.get(name) is not None)
    searched = behind * USED_UP > size**2 or bool(behind and any(wishes.get(name) is not None for name in SEARCHED))
    return size >= LARGE or (size > SMALL and searched)


def answer() -> None:
    """Read the wishes in the other process, and write the draw or the parts of its error beside them."""
    folder = Path(sys.argv[1])
    with np.load(folder / "wishes.npz") as given:
        wishes = {name: value if value.ndim else value.item() for name, value in given.items()}
    try:
        drawn: Any = pair(wishes.pop("silos"), **wishes)
    except PairingError as error:
        drawn = (error.kind, error.people)
    (folder / "drawn").write_bytes(pickle.dumps(drawn))
