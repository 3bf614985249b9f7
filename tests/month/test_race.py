"""The app and cron at the same time: every step is taken by one of them."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Event

from coffee.environment import ROOT
from coffee.mail.postman import Postman
from coffee.month.run import keep
from tests.month.conftest import Month
from tests.running import Start

Filled = Callable[..., Month]
DRAW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def kinds(month: Month) -> Counter[str]:
    with month.scheme.reading() as db:
        return Counter(dict(db.execute("SELECT kind, count(*) FROM messages GROUP BY kind").fetchall()))


def test_eight_threads_take_each_step_once(filled: Filled) -> None:
    """Through a whole round, eight look at the same moment: one says what it did, seven have nothing to say."""
    month = filled(approval=False)
    now, said = DRAW, []
    with ThreadPoolExecutor(8) as pool:
        while len(month.rounds()) < 2:
            for outcomes in pool.map(month.keep, [now] * 8):
                said += [outcome.said for outcome in outcomes]
            now = month.steps(now)[0].at
    assert len(said) == len(set(said)) == 7
    assert kinds(month) == {"drawn": 2, "introduction": 6, "reminder": 6, "feedback": 6, "news": 6, "report": 1}


def test_too_few_people_are_told_once_by_eight(month: Month) -> None:
    """What cannot be done is told in one letter, whoever tries."""
    month.plan()
    with ThreadPoolExecutor(8) as pool:
        outcomes = [outcome for found in pool.map(month.keep, [DRAW] * 8) for outcome in found]
    assert [outcome.went_wrong for outcome in outcomes] == [True]
    assert kinds(month) == {"trouble": 1}


def test_cron_and_the_app_at_once(filled: Filled) -> None:
    """Four `coffee post` and the app's postman: one round is drawn, the organiser told once, the letter sent once."""
    month = filled(first=date(2020, 1, 7))
    told = Event()

    def first(_: datetime) -> None:
        if keep(month.scheme, month.environment, datetime.now(UTC)):
            told.set()

    environment = os.environ | {"COFFEE_SCHEME": str(month.scheme.path), "COFFEE_FROM": "Ann <ann@devon.example>"}
    postman = Postman(month.scheme, month.environment, first=first)
    command = [sys.executable, "-m", "coffee", "post"]
    start = partial(subprocess.Popen, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    running = [start(command) for _ in range(4)]
    postman.start()
    said = [process.communicate(timeout=60)[0] for process in running]
    postman.stop()
    assert [process.returncode for process in running] == [0] * 4
    assert sum("Round 1 is drawn: 3 matches." in words for words in said) + told.is_set() == 1
    assert len(month.rounds()) == 1
    assert kinds(month) == {"drawn": 1}


def test_the_real_app_runs_the_month(filled: Filled, start: Start) -> None:
    """Started with a draw that is due, the app draws it and writes to the organiser, with nobody looking."""
    month = filled(first=date(2020, 1, 7))
    start(COFFEE_SCHEME=str(month.scheme.path), COFFEE_FROM="Ann <ann@devon.example>")
    waiting = Event()
    for _ in range(600):
        if kinds(month) or waiting.wait(0.1):
            break
    assert kinds(month) == {"drawn": 1}


def test_the_app_does_it_without_being_asked(filled: Filled) -> None:
    """The postman of the running app draws when it is time, and a fault in that does not keep letters back."""
    month = filled()
    drawn, gone = Event(), Event()

    def first(now: datetime) -> None:
        if not drawn.is_set():
            month.keep(now)
            drawn.set()
            return
        with month.scheme.reading() as db:
            if db.execute("SELECT count(*) FROM messages WHERE state = 'sent'").fetchone()[0]:
                gone.set()
        raise RuntimeError("a fault of ours")

    postman = Postman(month.scheme, month.environment, lambda: DRAW + timedelta(minutes=1), first=first)
    postman.start()
    assert gone.wait(60)
    postman.stop()
    assert len(month.rounds()) == 1
