"""Large draws in a process of their own, so that pages go on answering meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np

from coffee.pairing.draw import pair
from coffee.pairing.model import Pairing

LARGE = 20_000


@dataclass(frozen=True)
class Shared:
    """Where another process finds an array."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def pair_in_process(silos: Any, **wishes: Any) -> Pairing:
    """As `pair`, with the same arguments, errors and draws.

    From 20,000 people on the draw runs in a process of its own. NumPy and Python share one lock, so a draw beside
    the pages' thread would hold them up. The arrays are shared, not sent: sending would hold the lock as well.
    """
    if len(silos) < LARGE:
        return pair(silos, **wishes)
    with ExitStack() as stack:
        given = {"silos": silos, **wishes}
        sent = {name: stack.enter_context(_lent(value)) for name, value in given.items()}
        pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        return pool.submit(_draw, sent).result()


@contextmanager
def _lent(value: Any) -> Iterator[Any]:
    """The value as the other process is to get it: arrays through shared memory, anything else as it is."""
    array = np.asarray(value)
    if array.ndim == 0 or array.dtype == object or not array.size:
        yield value
        return
    memory = SharedMemory(create=True, size=array.nbytes)
    try:
        np.copyto(np.ndarray(array.shape, array.dtype, memory.buf), array)
        yield Shared(memory.name, array.shape, array.dtype.str)
    finally:
        memory.close()
        memory.unlink()


def _draw(sent: dict[str, Any]) -> Pairing:
    """Draws, in the other process."""
    memories: list[SharedMemory] = []
    given = {}
    for name, value in sent.items():
        if isinstance(value, Shared):
            memories.append(SharedMemory(value.name))
            value = np.ndarray(value.shape, value.dtype, memories[-1].buf)
        given[name] = value
    try:
        return pair(given.pop("silos"), **given)
    finally:
        # The arrays have to go before what they stand on.
        given.clear()
        value = None
        for memory in memories:
            memory.close()
