"""Automatic steps in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from coffee.automation.schedule import Date, Plan, Step
from coffee.days.words import day, when

SAID = {
    "offer": "people are asked {when} whether they want to skip round {number}",
    "draw": "round {number} is drawn {when}",
    "publish": "round {number} goes out {when}, unless you discard it",
    "rematch": "the partners of people whom letters cannot reach in round {number} get new matches {when}",
    "tell": "you are told {when} who cannot meet in round {number}",
    "remind": "people in round {number} who have not met yet are reminded {when}",
    "ask": "people in round {number} are asked how it went {when}",
    "close": "round {number} is closed {when}",
    "report": "the news of round {number} goes out {when}",
    "pause": "people who do not say that they still want to take part are paused {when}",
}
FAILED = {
    "offer": "The letters before the draw of round {number} could not be written",
    "draw": "Round {number} could not be drawn",
    "publish": "Round {number} could not go out",
    "rematch": "The partners of people whom letters cannot reach in round {number} could not get new matches",
    "tell": "The letter about who cannot meet in round {number} could not be written",
    "remind": "The reminders of round {number} could not be written",
    "ask": "The feedback requests of round {number} could not be written",
    "close": "Round {number} could not be closed",
    "report": "The news of round {number} could not be written",
    "pause": "People who do not say that they still want to take part could not be paused",
}


def sentence(plan: Plan, step: Step, now: datetime) -> str:
    """Describe a step and its time, to follow "By itself: "."""
    return SAID[step.what].format(
        number=step.number, when=f"on {when(plan.place, step.at)}" if step.at > now else "now"
    )


def calendar(dates: Sequence[Date], number: int) -> list[str]:
    """Describe each date: round 7 on Tue 29 December, because Fri 25 December is Christmas Day.

    `number` is the first draw's.
    """
    said = []
    for each in dates:
        said.append(_date(each, number))
        number += each.at is not None
    return said


def _date(each: Date, number: int) -> str:
    usual = day(each.usual)
    if each.at is None:
        return f"No draw on {usual}"
    why = f", because {usual} is {each.why}" if each.why else f" instead of {usual}" if each.day != each.usual else ""
    return f"Round {number} on {day(each.day)}{why}"


def failed(step: Step, why: str) -> str:
    """Say that this step cannot be taken, and why."""
    return f"{FAILED[step.what].format(number=step.number)}. {why}"


def matches(count: int) -> str:
    """Count matches in words: 1 match, 30 matches."""
    return f"{count:,} match" if count == 1 else f"{count:,} matches"
