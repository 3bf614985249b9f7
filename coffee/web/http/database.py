"""How visitors get at the scheme: each thread keeps a connection for reading, and all share one lane for writing.

An answer that was read is given again until anybody changes the scheme. What was said a moment ago is then still true.

Changes that arrive together share a transaction, so that one flush of the disk serves all who wait.

This is group commit (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984): an
answer goes out only after the transaction that holds its change is on the disk.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coffee.mail.letters.letter import Office
from coffee.scheme import Scheme
from coffee.web.http.page import Page

Job = Callable[[Database], Response]
Waiting = tuple[Job, "asyncio.Future[Response]"]

MOST_KEPT = 256  # answers: a few MB at most
MOST = 64  # changes in one transaction: others, such as the organiser's, wait for no more than these


@dataclass
class View:
    """The scheme as it is now, and what was read from it since it last changed."""

    db: Database
    read_office: Callable[[Database], Office]
    kept: dict[Hashable, Page] = field(default_factory=dict)

    @cached_property
    def office(self) -> Office:
        """What is said of the organiser."""
        return self.read_office(self.db)


class Reader(threading.local):
    """A connection for reading that each thread keeps open: opening one costs more than most pages read.

    Visitors who come in the same turn of the event loop share one look at the scheme, because beginning and ending one
    costs a quarter of a page. Who was told of a change can only come in a later turn, and sees it.
    """

    def __init__(self, scheme: Scheme, office: Callable[[Database], Office]) -> None:
        self._open = ExitStack()
        self._office = office
        self._version = 0
        self._turn: ExitStack | None = None
        self._reading = self._open.enter_context(scheme.reading_often())
        self.explain = self._reading.explain

    def view(self) -> View:
        """The scheme in this turn of the running event loop. Raises SchemeError when it cannot be read."""
        if self._turn is None:
            self._turn = self._begin()
            asyncio.get_running_loop().call_soon(self._end)
        if len(self._view.kept) >= MOST_KEPT:
            self._view.kept.clear()
        return self._view

    def _begin(self) -> ExitStack:
        with ExitStack() as turn:
            db, version = turn.enter_context(self._reading), self._reading.version()
            if version != self._version:
                self._view, self._version = View(db, self._office), version
            return turn.pop_all()

    def _end(self) -> None:
        turn, self._turn = self._turn, None
        if turn:
            turn.close()


@dataclass
class Lane:
    """One lane of writing for all visitors of one event loop."""

    scheme: Scheme
    _waiting: deque[Waiting] = field(default_factory=deque)
    _driver: "asyncio.Task[None] | None" = None

    async def write(self, job: Job) -> Response:
        """Do the job in a transaction, alone or with others, and return its answer once it is on the disk.

        A job that raises is undone without harm to the others, and raises here.
        """
        done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        return await done

    async def _drive(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            answers = await run_in_threadpool(self._together, [job for job, _ in batch])
            for (_, done), answer in zip(batch, answers, strict=True):
                if done.cancelled():  # the visitor has gone; what they sent is kept
                    continue
                if isinstance(answer, BaseException):
                    done.set_exception(answer)
                else:
                    done.set_result(answer)

    def _together(self, jobs: list[Job]) -> list[Response | Exception]:
        try:
            with self.scheme.writing() as db:
                return [self._alone(job, db) for job in jobs]
        except Exception as error:  # the transaction failed as a whole, and so did every job in it
            return [error] * len(jobs)

    def _alone(self, job: Job, db: Database) -> Response | Exception:
        try:
            with db.atomic():
                return job(db)
        except Exception as error:  # raised again to whoever waits for this job
            self.scheme.explain(error)  # when the file failed, SQLite may have undone the others with it
            return error
