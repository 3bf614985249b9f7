"""The next steps of a scheme that runs by itself, and their times. Pure.

Days and hours are those of the scheme's place and are converted to UTC last, so that nine o'clock stays nine o'clock in
summer.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from coffee.automation.rhythm import Rhythm
from coffee.days.place import ENGLAND, Place
from coffee.days.working import day_off, working_day, working_days_before

A_DAY = timedelta(days=1)
SHIFTED = 5  # dates of the rhythm by which a holiday or the organiser moves a draw, at most
TO_SKIP = 2  # working days before a draw, on which people are asked whether they skip it
SECOND_THOUGHTS = timedelta(hours=1)  # between closing and telling everybody, so that a slip can be taken back


class RoundProgress(Protocol):
    """A round's progress. `done` has the time of each automatic step that was taken."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def drawn_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def done(self) -> Mapping[str, datetime]: ...


class CannotMeet(Protocol):
    """A person who cannot meet in a round, and since when the organiser should know."""

    @property
    def round_id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Date:
    """A day of the rhythm and its draw, which is `at` a moment on `day`; None when there is no draw.

    `why` names the holiday or weekend from which the draw moved to the next working day.
    """

    usual: date
    day: date
    at: datetime | None
    why: str


@dataclass(frozen=True)
class Plan:
    """The organiser's plan. Draws are at `hour` in `place`, in the rhythm of `first`, `weeks` and `nth`.

    `remind`, `ask` and `close` are days after publishing, None for never. Steps of a round that were due before
    `since`, when the plan last changed, are skipped. `offer_skip` sends a letter before a draw in which people may skip
    the round. `changes` maps days of the rhythm to the day that the organiser chose instead, or to None for no draw.
    Only reports go out on days off. `still` asks silent people whether they still want to take part, and pauses those
    who do not answer.
    """

    first: date
    since: datetime
    on: bool = False
    weeks: int = 4
    hour: int = 9
    approval: bool = True
    remind: int | None = 7
    ask: int | None = 14
    close: int | None = 25
    news: bool = True
    report: bool = True
    nth: int | None = None
    offer_skip: bool = False
    still: bool = False
    place: Place = ENGLAND
    changes: Mapping[date, date | None] = field(default_factory=dict)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any], place: Place, changes: Mapping[date, date | None]) -> "Plan":
        """Read what `as_json` wrote, with the scheme's place and the changed days."""
        first, since = date.fromisoformat(stored["first"]), datetime.fromisoformat(stored["since"])
        return cls(**{**stored, "first": first, "since": since, "place": place, "changes": changes})

    def as_json(self) -> dict[str, Any]:
        """Convert to JSON, without the place and the changes, which are separate settings."""
        stored = {name: value for name, value in vars(self).items() if name not in ("place", "changes")}
        return stored | {"first": self.first.isoformat(), "since": self.since.isoformat()}

    @property
    def rhythm(self) -> Rhythm:
        """The rhythm of the draws."""
        return Rhythm(self.first, self.weeks, self.nth)

    def on_day(self, day: date) -> datetime:
        """Return the plan's hour on this day, in UTC."""
        return self.place.moment(day, self.hour)

    def days_after(self, moment: datetime, days: int) -> datetime:
        """Return the plan's hour so many days after the day of `moment`, or on the next working day."""
        return self.on_day(working_day(self.place, self.place.day(moment) + timedelta(days)))

    def last_draw(self, now: datetime) -> datetime | None:
        """Return the latest draw that was due by now, or None."""
        newest = self.rhythm.times(self.place.day(now)) + SHIFTED
        dates = (self.date(times) for times in range(newest, -1, -1))
        return next((each.at for each in dates if each.at and each.at <= now), None)

    def next_draw(self, after: datetime | None = None) -> datetime:
        """Return the first draw after `after`, or the first of all."""
        return next(each.at for each in self.dates(after) if each.at)

    def dates(self, after: datetime | None = None) -> Iterator[Date]:
        """Yield the rhythm's dates after `after`, or all, without end and including dates without a draw."""
        first = max(self.rhythm.times(self.place.day(after)) - SHIFTED, 0) if after else 0
        dates = (self.date(times) for times in count(first))
        return (each for each in dates if after is None or (each.at or self.on_day(each.day)) > after)

    def date(self, times: int) -> Date:
        """Return the rhythm's date with this number; 0 is the first."""
        usual = self.rhythm.day(times)
        chosen = self.changes.get(usual, usual)
        if chosen is None:
            return Date(usual, usual, None, "")
        day = working_day(self.place, chosen)
        return Date(usual, day, self.on_day(day), day_off(self.place, chosen))


@dataclass(frozen=True)
class Step:
    """A step due at a moment: offer, draw, publish, rematch, tell, remind, ask, close, report or pause.

    `number` is the round's, 0 for steps about none. An offer to skip the round has the moment of its `draw`.
    """

    what: str
    at: datetime
    number: int
    round_id: int | None = None
    draw: datetime | None = None

    @property
    def key(self) -> str:
        """A unique key, different even for a round drawn again with the same number."""
        return f"{self.what}:{self.number}:{self.at.isoformat()}"


def ahead(
    plan: Plan, rounds: Sequence[RoundProgress], drawn: datetime | None, now: datetime, offered: datetime | None = None
) -> list[Step]:
    """Return each round's next step, the next draw and the offer to skip it, earliest first.

    Steps up to `now` are due. `courses` are all rounds, oldest first; `drawn` is the plan's last draw that was handled,
    `offered` the last draw that people were offered to skip.
    """
    steps = [step for progress in rounds if (step := _next(plan, progress, now))]
    draw = _draw(plan, rounds, drawn, now)
    is_free = now < draw.at != offered and not any(progress.state == "draft" for progress in rounds)
    offer = _offer(plan, draw) if plan.offer_skip and is_free else None
    return sorted([*steps, *([offer] if offer else []), draw], key=lambda step: step.at)


def telling(unreported: Sequence[CannotMeet]) -> list[Step]:
    """Tell the organiser who cannot meet: one step per round, due when the first person said so."""
    first: dict[int, Step] = {}
    for one in unreported:
        first.setdefault(one.round_id, Step("tell", one.at, one.number, one.round_id))
    return list(first.values())


def rematching(rounds: Sequence[RoundProgress], unreached: Collection[int]) -> list[Step]:
    """Rematch the partners of people whom letters cannot reach, an hour after the round went out.

    It happens only before people are asked how it went. `unreached` are the ids of rounds with such people.
    """
    return [
        Step("rematch", progress.published_at + SECOND_THOUGHTS, progress.number, progress.id)
        for progress in rounds
        if progress.id in unreached and progress.published_at and "ask" not in progress.done
    ]


def pausing(plan: Plan, answer_by: Sequence[datetime]) -> list[Step]:
    """Return the step that pauses people who did not say by `answer_by` that they still want to take part."""
    return [Step("pause", min(answer_by), 0)] if plan.still and answer_by else []


def awaiting(plan: Plan, rounds: Sequence[RoundProgress]) -> RoundProgress | None:
    """Return the draft that was drawn automatically and waits for the organiser's approval, or None."""
    return next((progress for progress in rounds if plan.approval and _is_ours(progress)), None)


def goes_out(plan: Plan, drawn_at: datetime) -> datetime:
    """Return when a draft goes out automatically: at the same time on the next working day."""
    begun = max(drawn_at, plan.since)
    day = working_day(plan.place, plan.place.day(begun) + A_DAY)
    return datetime.combine(day, plan.place.local(begun).timetz()).astimezone(UTC)


def _is_ours(progress: RoundProgress) -> bool:
    return progress.state == "draft" and "draw" in progress.done


def _draw(plan: Plan, rounds: Sequence[RoundProgress], drawn: datetime | None, now: datetime) -> Step:
    """Return the next draw. Several missed draws become one; a round published since counts as the missed one."""
    dealt_with = [moment for moment in (drawn, *(progress.published_at for progress in rounds)) if moment]
    at = plan.next_draw(max(dealt_with, default=None))
    if at <= now:
        at = plan.last_draw(now) or at
    return Step("draw", at, max((progress.number for progress in rounds), default=0) + 1)


def _offer(plan: Plan, draw: Step) -> Step | None:
    """Return the letter before a draw, or None when it was due before the plan changed."""
    at = plan.on_day(working_days_before(plan.place, plan.place.day(draw.at), TO_SKIP))
    return Step("offer", at, draw.number, draw=draw.at) if at > plan.since else None


def _next(plan: Plan, progress: RoundProgress, now: datetime) -> Step | None:
    if _is_ours(progress) and not plan.approval:
        return Step("publish", goes_out(plan, progress.drawn_at), progress.number, progress.id)
    if progress.state == "published" and progress.published_at:
        return _after_publishing(plan, progress, progress.published_at, now)
    if progress.state == "closed" and progress.closed_at and (plan.news or plan.report or plan.still):
        at = progress.closed_at + SECOND_THOUGHTS
        if "report" not in progress.done and at > plan.since:
            return Step("report", at, progress.number, progress.id)
    return None


def _after_publishing(plan: Plan, progress: RoundProgress, published: datetime, now: datetime) -> Step | None:
    days = {"remind": plan.remind, "ask": plan.ask, "close": plan.close}
    at = {what: plan.days_after(published, count) for what, count in days.items() if count}
    if "close" in at and "ask" in progress.done:  # whoever is asked late has as many days to answer
        at["close"] = max(at["close"], plan.days_after(progress.done["ask"], (plan.close or 0) - (plan.ask or 0)))
    begun = max((number for number, what in enumerate(at, 1) if what in progress.done), default=0)
    left = [what for what in list(at)[begun:] if at[what] > plan.since]
    if left[1:] and left[0] == "remind" and at[left[1]] <= now:  # too late to remind anybody
        left.remove("remind")
    return Step(left[0], at[left[0]], progress.number, progress.id) if left else None
