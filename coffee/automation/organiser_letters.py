"""Letters to the organiser about the automatic month."""

from collections.abc import Sequence
from datetime import datetime

from coffee.automation import sentences as words
from coffee.automation.schedule import Plan, Step, goes_out
from coffee.days.words import when
from coffee.insight.figures import RoundFigures
from coffee.insight.letters import Letters
from coffee.mail.letters.letter import Envelope, Letter, Office, write
from coffee.mail.letters.values import HOLE, Block
from coffee.rounds.draft import Draft
from coffee.scheme import tokens
from coffee.scheme.automation import CannotMeet

TRIED_AGAIN = "Nothing is lost. It happens by itself as soon as that is settled: it is tried again every few minutes."
WHILE_DAMAGED = (
    "Every page goes on as well as it can. Do not delete the damaged file, nor what lies beside it: somebody may save "
    "from it what is newer than your backup."
)
SKIPPED = "Nothing is lost. Publish that draft when it looks right, or discard it."


def drawn(
    office: Office,
    plan: Plan,
    step: Step,
    draft: Draft,
    round_id: int,
    number: int,
    absent: Sequence[str],
    now: datetime,
) -> Letter:
    """Say that a draft is drawn, what happens to it next, and who is not in it."""
    if plan.approval:
        then = "It waits for your approval, and nothing is sent until you publish it."
    else:
        then = (
            f"It goes out by itself on {when(plan.place, goes_out(plan, now))}. Until then you can change it, publish "
            "it at once, or discard it to skip this time."
        )
    said = {
        "round": number,
        "matches": words.matches(len(draft.matches)),
        "repeats": draft.certificate.get("repeats", 0),
        "same_silo": draft.certificate.get("same_silo", 0),
        "absent": _listed(absent) if absent else "",
        "then": then,
    }
    return _to_organiser(office, "drawn", f"drawn:{step.at.isoformat()}", said, now, round_id)


def mended(office: Office, step: Step, version: int, sentences: Sequence[str], now: datetime) -> Letter:
    """Say that the draft was mended before it went out: who is gone, who meets now, and who waits."""
    headline = f"round {step.number} was mended before it went out"
    why = f"People came or went after round {step.number} was drawn, so it was changed as little as possible."
    return _mended(office, step, version, headline, why, sentences, now)


def rematched(office: Office, step: Step, version: int, sentences: Sequence[str], now: datetime) -> Letter:
    """Say which people letters cannot reach in a published round, and whom their partners meet now."""
    headline = f"letters cannot reach people in round {step.number}"
    why = "Whoever was to meet them has another match where there could be one. Correct the addresses under People."
    return _mended(office, step, version, headline, why, sentences, now)


def paused(office: Office, step: Step, names: Sequence[str], now: datetime) -> Letter:
    """Say that these people did not answer whether they still want to take part, and are paused."""
    return _to_organiser(office, "paused", step.key, {"people": _listed(names)}, now)


def still_waiting(office: Office, step: Step, number: int, now: datetime) -> Letter:
    """Say that nothing was drawn, because the draft with this number is waiting."""
    headline = f"Round {number} is still a draft"
    why = "So no new round was drawn this time."
    return _in_trouble(office, headline, why, SKIPPED, f"waiting:{step.at.isoformat()}", now)


def trouble(office: Office, step: Step, why: str, now: datetime) -> Letter:
    """Say that a step cannot be taken, and why."""
    headline = words.FAILED[step.what].format(number=step.number)
    return _in_trouble(office, headline, why, TRIED_AGAIN, f"{step.key}:{now.isoformat()}", now)


def damaged(office: Office, why: str, now: datetime) -> Letter:
    """Say that the scheme's file is damaged. Written once a day for as long as it is."""
    return _in_trouble(
        office, "The scheme's file is damaged", why, WHILE_DAMAGED, f"damaged:{office.place.day(now)}", now
    )


def cannot(office: Office, who: CannotMeet, now: datetime) -> Letter:
    """Say that somebody cannot meet, and that their partner waits for another match."""
    said = {"round": who.number, "who": who.name}
    return _to_organiser(office, "cannot", who.key, said, now, who.round_id, who.match_id)


def report(
    office: Office,
    plan: Plan,
    round_id: int,
    figures: RoundFigures,
    introductions: Letters,
    coming: Step | None,
    now: datetime,
) -> Letter:
    """Report the round's figures, how its introductions went, and when the next round is drawn."""
    or_kept = " or kept as files" if introductions.of("kept") else ""
    said = {
        "round": figures.round,
        "sent": introductions.done.words(f"introductions sent{or_kept}"),
        "met": figures.outcomes.words(),
        "answered": figures.response.words("people asked have answered"),
        "made": _made(figures),
        "then": f"By itself: {words.sentence(plan, coming, now)}." if coming else "",
    }
    return _to_organiser(office, "report", f"report:{round_id}", said, now, round_id)


def _mended(
    office: Office, step: Step, version: int, headline: str, why: str, sentences: Sequence[str], now: datetime
) -> Letter:
    said = {"round": step.number, "headline": headline, "why": why, "changes": _listed(sentences)}
    return _to_organiser(office, "mended", f"mended:{step.round_id}:{version}", said, now, step.round_id)


def _listed(sentences: Sequence[str]) -> Block:
    return Block("\n".join([f"- {HOLE}"] * len(sentences)), tuple(sentences))


def _made(figures: RoundFigures) -> str:
    count = "1 new connection" if figures.connections == 1 else f"{figures.connections:,} new connections"
    across = f" across {figures.across:,} organisations" if figures.across > 1 else ""
    return f"Round {figures.round} made {count}{across}"


def _in_trouble(office: Office, headline: str, why: str, then: str, key: str, now: datetime) -> Letter:
    return _to_organiser(office, "trouble", f"trouble:{key}", {"headline": headline, "why": why, "then": then}, now)


def _to_organiser(
    office: Office,
    kind: str,
    key: str,
    said: dict[str, object],
    now: datetime,
    round_id: int | None = None,
    match_id: int | None = None,
) -> Letter:
    envelope = Envelope(
        kind=kind,
        key=f"month:{key}",
        name=office.name,
        email=office.address,
        tag="month",
        round_id=round_id,
        match_id=match_id,
    )
    fields = {
        "title": office.title,
        "name": office.name or office.address,
        "rounds_page": f"{office.base_url}/rounds",
        "people_page": f"{office.base_url}/people",
        "connections_page": f"{office.base_url}/connections",
        "feedback_page": f"{office.base_url}/feedback",
        "settings_page": f"{office.base_url}/settings",
    }
    return write(office, envelope, fields | said, now=now, mint=tokens.mint)
