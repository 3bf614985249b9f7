"""A sender's book: what became of the last letter and which one is next, in one transaction.

A thread of its own writes it, so that the mail server can begin with the next envelope (MAIL, RCPT, DATA) while the
disk is flushed. Nothing of the letter itself may leave before `committed` has returned.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from sqlite_utils import Database

from coffee.scheme import Scheme, posting

Choose = Callable[[Database], posting.Due | float | None]


class Ledger:
    """Use as a context manager. For one sender; the thread ends with the block."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._stack = ExitStack()

    def __enter__(self) -> "Ledger":
        self._thread = self._stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="ledger"))
        # SQLite's connection belongs to the thread that opened it.
        self._inside = ExitStack()
        self._writing = self._thread.submit(self._inside.enter_context, self._scheme.writing_often()).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._inside.close).result()
        self._stack.close()

    def turn(self, choose: Choose) -> posting.Due | float | None:
        """Run `choose` in a transaction and return its answer while that is being committed. Raises SchemeError."""
        chosen: Future[posting.Due | float | None] = Future()
        self._commit = self._thread.submit(_choose, self._writing, choose, chosen)
        return chosen.result()

    def committed(self) -> None:
        """Wait until the last turn is on the disk. Raises SchemeError when nothing of it was kept."""
        self._commit.result()


def _choose(
    writing: Callable[[], AbstractContextManager[Database]],
    choose: Choose,
    chosen: "Future[posting.Due | float | None]",
) -> None:
    try:
        with writing() as db:
            chosen.set_result(choose(db))
    except BaseException as error:
        if not chosen.done():
            chosen.set_exception(error)
        raise
