"""Taking the automatic steps that are due. Any number of programs may try at once; each step is taken once."""

from datetime import datetime

from coffee.automation.outcome import Outcome
from coffee.automation.state import agenda_of
from coffee.config.environment import Environment
from coffee.scheme import Scheme


def take_due_steps(scheme: Scheme, environment: Environment, now: datetime) -> list[Outcome]:
    """Take every step that is due and return the outcomes.

    Costs a millisecond when nothing is due. Raises SchemeError when the scheme cannot be read or written; the remaining
    steps are due the next time.
    """
    outcomes = []
    while outcome := _first(scheme, environment, now):
        outcomes.append(outcome)
    return [outcome for outcome in outcomes if outcome.said]


def _first(scheme: Scheme, environment: Environment, now: datetime) -> Outcome | None:
    with scheme.reading() as db:
        agenda = agenda_of(db, now)
    due = agenda.due(now) if agenda else []
    if not due:
        return None
    from coffee.automation.steps import take  # draws and letters take a second to load, and most days need neither

    return take(scheme, environment, due[0], now)
