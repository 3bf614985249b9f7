"""The automatic month as the file has it: the plan, its next steps, and a lock for taking one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlite_utils import Database

from coffee.automation import sentences
from coffee.automation.schedule import Plan, Step, ahead, awaiting, pausing, rematching, telling
from coffee.place import place
from coffee.scheme import Scheme, settings, silence
from coffee.scheme import automation as steps_taken

CHANGES = "month_changes"  # the other day, or null, of each usual day of a draw
DRAWN, OFFERED = "month_drawn", "month_offered"  # the last draw that was dealt with, and that was offered to skip
DRAWS = 3  # that are shown of those to come
AGAIN = timedelta(minutes=10)  # between attempts at a step that cannot be taken


class Taken(Exception):
    """Raised when somebody else has taken the step, or it is no longer due."""


@dataclass(frozen=True)
class Agenda:
    """The plan and its next steps. `awaiting` is the number of the round that waits for approval.

    `troubles` maps a step's key to the reason why it cannot be taken (`said`) and the time of the last try (`tried`).
    """

    plan: Plan
    steps: tuple[Step, ...]
    awaiting: int | None
    troubles: dict[str, dict[str, Any]]

    def due(self, now: datetime) -> list[Step]:
        """Return the steps that are due, without those that failed a moment ago."""
        return [step for step in self.steps if step.at <= now and not self._tried_lately(step, now)]

    def sentence(self, now: datetime) -> str:
        """Say what happens next and when."""
        waits = f"Round {self.awaiting} waits for your approval: publish it when it looks right. " * bool(self.awaiting)
        coming = [step for step in self.steps if step.key not in self.troubles]
        return waits + (f"By itself: {sentences.sentence(self.plan, coming[0], now)}." if coming else "")

    def draws(self, now: datetime) -> list[str]:
        """Describe the coming draws, including one that is due and has failed so far."""
        draw = next(step for step in self.steps if step.what == "draw")
        dates = self.plan.dates(min(now, draw.at - timedelta(seconds=1)))
        return sentences.calendar(list(islice(dates, DRAWS)), draw.number)

    def failed(self) -> list[str]:
        """Say which steps cannot be taken just now and why."""
        return [
            sentences.failed(step, self.troubles[step.key]["said"]) for step in self.steps if step.key in self.troubles
        ]

    def _tried_lately(self, step: Step, now: datetime) -> bool:
        trouble = self.troubles.get(step.key)
        return trouble is not None and now < datetime.fromisoformat(trouble["tried"]) + AGAIN


def chosen(db: Database) -> Plan | None:
    """Return the organiser's plan, on or off; None when there is none yet."""
    plan = settings.get(db, "month")
    return Plan.of_json(plan, place(db), _changes(db)) if plan else None


def choose(db: Database, plan: Plan) -> None:
    """Use this plan from now on. A new rhythm has other days, so changes to the old days are forgotten."""
    before = chosen(db)
    if before and before.rhythm != plan.rhythm:
        settings.put(db, CHANGES, {})
    settings.put(db, "month", plan.as_json())


def change(db: Database, usual: date, to: date | None) -> None:
    """Draw on another day than the usual one, or not at all (None); the usual day undoes the change."""
    changes = _changes(db) | {usual: to}
    if usual == to:
        del changes[usual]
    settings.put(db, CHANGES, {day.isoformat(): to.isoformat() if to else None for day, to in changes.items()})


def _changes(db: Database) -> dict[date, date | None]:
    stored = settings.get(db, CHANGES, {})
    return {date.fromisoformat(usual): date.fromisoformat(to) if to else None for usual, to in stored.items()}


def _moment(db: Database, name: str) -> datetime | None:
    stored = settings.get(db, name)
    return datetime.fromisoformat(stored) if stored else None


def agenda_of(db: Database, now: datetime) -> Agenda | None:
    """Return the plan and its next steps; None while the scheme does not run by itself."""
    plan = chosen(db)
    if plan is None or not plan.on or settings.get(db, "sample", False):
        return None
    rounds, drawn, offered = steps_taken.progress_of_rounds(db), _moment(db, DRAWN), _moment(db, OFFERED)
    steps = telling(steps_taken.unreported(db)) + rematching(rounds, steps_taken.unreached(db))
    steps += pausing(plan, [at + silence.ANSWER_WITHIN for _, at in silence.unanswered(db)] if plan.still else [])
    steps += ahead(plan, rounds, drawn, now, offered)
    waits = awaiting(plan, rounds)
    steps.sort(key=lambda step: step.at)
    return Agenda(plan, tuple(steps), waits.number if waits else None, settings.get(db, "month_troubles", {}))


@contextmanager
def turn(scheme: Scheme, step: Step, now: datetime) -> Iterator[Database]:
    """Open the transaction in which a step is taken. Raises Taken when it is no longer due."""
    with scheme.writing() as db:
        agenda = agenda_of(db, now)
        if agenda is None or step not in agenda.due(now):
            raise Taken
        yield db
