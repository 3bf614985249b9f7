"""A scheme with people in it that runs by itself, and a clock to turn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from coffee.automation import state
from coffee.automation.outcome import Outcome
from coffee.automation.run import take_due_steps
from coffee.automation.schedule import Plan, Step
from coffee.config.environment import Environment
from coffee.config.sender import office
from coffee.rounds import life
from coffee.scheme import Scheme, automation, open_scheme, people
from coffee.scheme import rounds as kept


@dataclass
class Month:
    """The scheme as a test drives it. Every call opens the file anew, as after a restart."""

    scheme: Scheme
    environment: Environment

    def fill(self, *sizes: int) -> None:
        """So many people of each organisation."""
        with self.scheme.writing() as db:
            for organisation, size in enumerate(sizes):
                for index in range(size):
                    email = f"p{organisation}.{index}@devon.example"
                    details = {"name": f"P {organisation}.{index}", "email": email, "organisation": f"C {organisation}"}
                    people.add(db, details, now=datetime(2026, 1, 1, tzinfo=UTC))

    def plan(self, **chosen: object) -> Plan:
        """Run by itself from Tuesday 3 March 2026 on, every four weeks at nine in London, but for what is given."""
        since = datetime(2026, 3, 1, tzinfo=UTC)
        plan = replace(Plan(first=date(2026, 3, 3), since=since, on=True), **chosen)  # type: ignore[arg-type]
        with self.scheme.writing() as db:
            state.choose(db, plan)
        return plan

    def run(self, now: datetime) -> list[Outcome]:
        return take_due_steps(open_scheme(self.scheme.path), self.environment, now)

    def steps(self, now: datetime) -> list[Step]:
        with self.scheme.reading() as db:
            seen = state.agenda_of(db, now)
        return list(seen.steps) if seen else []

    def rounds(self) -> list[automation.RoundProgress]:
        with self.scheme.reading() as db:
            return automation.progress_of_rounds(db)

    def letters(self, kind: str) -> list[str]:
        """The texts of all letters of this kind, oldest first."""
        with self.scheme.reading() as db:
            found = db.execute("SELECT letter FROM messages WHERE kind = ? ORDER BY id", [kind]).fetchall()
        return [letter.decode() for (letter,) in found]

    def publish(self, now: datetime) -> None:
        """The organiser publishes the draft by hand."""
        with self.scheme.reading() as db:
            draft = kept.draft_id(db)
            assert draft is not None
            version, signed = kept.get(db, draft).version, office(db, self.environment)
        life.publish(self.scheme, draft, version, signed, now)

    def discard(self) -> None:
        with self.scheme.reading() as db:
            draft = kept.draft_id(db)
            assert draft is not None
            version = kept.get(db, draft).version
        life.discard(self.scheme, draft, version)


@pytest.fixture
def month(scheme: Scheme) -> Month:
    """An empty scheme whose letters stay on this machine."""
    return Month(scheme, Environment(scheme.path, "https://coffee.example", sender="Ann Lee <ann@devon.example>"))


@pytest.fixture
def filled(month: Month) -> Callable[..., Month]:
    """The scheme with six people of three councils and a plan: `filled(approval=False)`."""

    def fill(**chosen: object) -> Month:
        month.fill(2, 2, 2)
        month.plan(**chosen)
        return month

    return fill
