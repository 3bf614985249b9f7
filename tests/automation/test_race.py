"""The app and cron at the same time: every step is taken by one of them."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial

from coffee.automation.chores import Chores
from coffee.config.environment import ROOT
from coffee.mail.post.postman import Postman
from coffee.scheme import opt_outs, rounds
from coffee.watch import Watch, stop
from tests.automation.conftest import Month
from tests.running import Start, comes

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
            for outcomes in pool.map(month.run, [now] * 8):
                said += [outcome.said for outcome in outcomes]
            now = month.steps(now)[0].at
    assert len(said) == len(set(said)) == 7
    assert kinds(month) == {"drawn": 2, "introduction": 6, "reminder": 6, "feedback": 6, "news": 6, "report": 1}


def test_too_few_people_are_told_once_by_eight(month: Month) -> None:
    """A failing step is reported in one letter, however many programs try."""
    month.plan()
    with ThreadPoolExecutor(8) as pool:
        outcomes = [outcome for found in pool.map(month.run, [DRAW] * 8) for outcome in found]
    assert [outcome.went_wrong for outcome in outcomes] == [True]
    assert kinds(month) == {"trouble": 1}


def test_who_cannot_meet_is_told_once_by_eight(filled: Filled) -> None:
    """The organiser gets one letter, however many programs look at once."""
    month = filled()
    month.run(DRAW)
    month.publish(DRAW)
    with month.scheme.writing() as db:
        match_id, (person, _), _ = rounds.matches_of(db, 1)[0]
        opt_outs.cannot(db, match_id, person, DRAW)
    with ThreadPoolExecutor(8) as pool:
        said = [outcome.said for found in pool.map(month.run, [DRAW] * 8) for outcome in found]
    assert said == ["Round 1: you are told of 1 who cannot meet."]
    assert kinds(month)["cannot"] == 1


class Keeping(Watch):
    """The app's chores, of which it is known what they said."""

    def __init__(self, month: Month) -> None:
        super().__init__("chores")
        self.month, self.said, self.looks = month, list[str](), 0

    def look(self) -> bool:
        self.said += [outcome.said for outcome in self.month.run(datetime.now(UTC))]
        self.looks += 1
        return True


def test_cron_and_the_app_at_once(filled: Filled) -> None:
    """Four `coffee post` and the app's chores: one round is drawn, the organiser told once, the letter written once."""
    month = filled(first=date(2020, 1, 7))
    chores = Keeping(month)
    environment = os.environ | {"COFFEE_SCHEME": str(month.scheme.path), "COFFEE_FROM": "Ann <ann@devon.example>"}
    command = [sys.executable, "-m", "coffee", "post"]
    start = partial(subprocess.Popen, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    running = [start(command) for _ in range(4)]
    chores.start()
    said = [process.communicate(timeout=60)[0] for process in running]
    assert comes(lambda: chores.looks > 0)
    stop([chores])
    assert [process.returncode for process in running] == [0] * 4
    assert sum("Round 1 is drawn: 3 matches." in words for words in [*said, *chores.said]) == 1
    assert len(month.rounds()) == 1
    assert kinds(month) == {"drawn": 1}


def test_the_real_app_runs_the_month(filled: Filled, start: Start) -> None:
    """Started with a draw that is due, the app draws it and writes to the organiser, with nobody looking."""
    month = filled(first=date(2020, 1, 7))
    start(COFFEE_SCHEME=str(month.scheme.path), COFFEE_FROM="Ann <ann@devon.example>")
    assert comes(lambda: kinds(month) == {"drawn": 1})


def test_the_app_does_it_without_being_asked(filled: Filled) -> None:
    """The chores of the running app draw when it is time, and the postman sends what they wrote."""
    month = filled()
    watches = [
        watch(month.scheme, month.environment, lambda: DRAW + timedelta(minutes=1)) for watch in (Chores, Postman)
    ]
    for watch in watches:
        watch.start()
    assert comes(lambda: sent(month) == ["drawn"])
    stop(watches)
    assert len(month.rounds()) == 1


def sent(month: Month) -> list[str]:
    with month.scheme.reading() as db:
        return [kind for (kind,) in db.execute("SELECT kind FROM messages WHERE state = 'sent'")]
