"""The steps of the automatic month. Each is prepared first, then saved completely and once, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from coffee.automation import organiser_letters, sentences
from coffee.automation.outcome import Outcome
from coffee.automation.schedule import Step
from coffee.automation.state import DRAWN, OFFERED, Taken, look, turn
from coffee.config.environment import Environment
from coffee.config.sender import office
from coffee.figures import figures_of
from coffee.insight.letters import Letters
from coffee.mail.letters.before_draw import letters_before
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.news import letters_of_news
from coffee.mail.post import actions, outbox
from coffee.mail.post.eml_files import WHY
from coffee.mail.post.errors import MailError
from coffee.people import silent
from coffee.rounds import life, repair
from coffee.rounds.drawing import RoundError
from coffee.scheme import NotThere, Scheme, Stale, messages, opt_outs, people, settings, silence
from coffee.scheme import automation as kept
from coffee.scheme import rounds as kept_rounds

INTRODUCED_BY = ("introduction", "rematch")


@dataclass(frozen=True)
class Errand:
    """A step to take now, with the scheme and the office that signs its letters."""

    scheme: Scheme
    office: Office
    step: Step
    now: datetime

    @property
    def round_id(self) -> int:
        """The round it is about. Raises NotThere for a draw, which has no round yet."""
        if self.step.round_id is None:
            raise NotThere("This step is about no round.")
        return self.step.round_id


def take(scheme: Scheme, environment: Environment, step: Step, now: datetime) -> Outcome:
    """Take the step, or tell the organiser why it cannot be taken. Raises SchemeError when nothing can be saved."""
    signed: Office | None = None
    try:
        with scheme.reading() as db:
            signed = office(db, environment)
        return Outcome(TAKE[step.what](Errand(scheme, signed, step, now)))
    except (Taken, Stale, NotThere):
        return Outcome()
    except (RoundError, MailError) as error:
        return _cannot(scheme, signed, step, str(error), now)


def _draw(errand: Errand) -> str:
    scheme, step, now = errand.scheme, errand.step, errand.now
    with scheme.reading() as db:
        waits = kept_rounds.draft_id(db)
    if waits is not None:
        return _leave_waiting(errand, waits)
    drawn = life.fresh_for_most(scheme, now)
    with turn(scheme, step, now) as db:
        round_id = life.begin(db, drawn, now)
        kept.mark(db, round_id, "draw", now)
        settings.put(db, DRAWN, step.at.isoformat())
        sight = look(db, now)
        if sight is None:
            raise Taken
        number = kept_rounds.get(db, round_id).number
        absent = life.absentees(db, drawn, now)
        told = organiser_letters.drawn(errand.office, sight.plan, step, drawn, round_id, number, absent, now)
        outbox.queue(db, [told], now)
    return f"Round {number} is drawn: {sentences.matches(len(drawn.matches))}."


def _leave_waiting(errand: Errand, draft_id: int) -> str:
    """Skip this month's draw, because the last draft is still waiting, and tell the organiser."""
    with turn(errand.scheme, errand.step, errand.now) as db:
        waits = kept_rounds.get(db, draft_id).number
        settings.put(db, DRAWN, errand.step.at.isoformat())
        outbox.queue(db, [organiser_letters.still_waiting(errand.office, errand.step, waits, errand.now)], errand.now)
    return f"Round {waits} is still a draft, so no other round was drawn."


def _offer(errand: Errand) -> str:
    """Ask the people who would be drawn whether they want to skip the round."""
    step, now = errand.step, errand.now
    if step.draw is None:
        raise Taken
    with errand.scheme.reading() as db:
        written = letters_before(db, errand.office, step.number, step.draw, now).letters()
    with turn(errand.scheme, step, now) as db:
        queued = outbox.queue(db, written, now)
        settings.put(db, OFFERED, step.draw.isoformat())
    return f"Round {step.number}: {queued} letters before the draw are queued."


def _publish(errand: Errand) -> str:
    """Mend the draft if needed, in a transaction of its own, then publish it and tell the organiser."""
    with errand.scheme.reading() as db:
        version = kept_rounds.get(db, errand.round_id).version
        found = life.mending(db, errand.round_id, errand.now)
        told = life.describe(db, found, errand.now)
    written = [organiser_letters.mended(errand.office, errand.step, version, told, errand.now)] if told else []
    if found.changes:
        with turn(errand.scheme, errand.step, errand.now) as db:
            life.mend(db, errand.round_id, version, found, errand.now)
            outbox.queue(db, written, errand.now)
        version, written = version + 1, []
    written += life.to_publish(errand.scheme, errand.round_id, errand.office, errand.now, found.waiting)
    with turn(errand.scheme, errand.step, errand.now) as db:
        life.release(db, errand.round_id, version, written, errand.now, found.waiting)
        kept.mark(db, errand.round_id, "publish", errand.now)
    count = sum(letter.kind == "introduction" for letter in written)
    mended = f" It was mended first: {' '.join(told)}" if told else ""
    return f"Round {errand.step.number} is out; {count} introductions are queued.{mended}"


def _rematch(errand: Errand) -> str:
    """Rematch the partners of people whom letters cannot reach, and tell the organiser."""
    scheme, now = errand.scheme, errand.now
    with scheme.reading() as db:
        unreached = {person for _, person in opt_outs.unreached(db, errand.round_id)}
    proposal = repair.propose(scheme, errand.round_id, unreached, (), now, may_strand=True)
    with turn(scheme, errand.step, now) as db:
        told = repair.described(db, proposal, unreached, now)
        repair.make(db, proposal, errand.office, now)
        outbox.queue(db, [organiser_letters.rematched(errand.office, errand.step, proposal.version, told, now)], now)
    return f"Round {errand.step.number} is mended: {' '.join(told)}"


def _tell(errand: Errand) -> str:
    with turn(errand.scheme, errand.step, errand.now) as db:
        who = [one for one in kept.untold(db) if one.round_id == errand.round_id]
        outbox.queue(db, [organiser_letters.cannot(errand.office, one, errand.now) for one in who], errand.now)
    return f"Round {errand.step.number}: you are told of {len(who):,} who cannot meet."


def _write(kind: str, called: str) -> Callable[[Errand], str]:
    def write(errand: Errand) -> str:
        written = actions.letters_to_round(errand.scheme, errand.office, errand.round_id, kind, errand.now)
        with turn(errand.scheme, errand.step, errand.now) as db:
            queued = outbox.queue(db, written, errand.now)
            kept.mark(db, errand.round_id, errand.step.what, errand.now)
        return f"Round {errand.step.number}: {queued} {called} are queued."

    return write


def _close(errand: Errand) -> str:
    with turn(errand.scheme, errand.step, errand.now) as db:
        kept_rounds.close(db, errand.round_id, errand.now)
        kept.mark(db, errand.round_id, "close", errand.now)
    return f"Round {errand.step.number} is closed."


def _report(errand: Errand) -> str:
    with errand.scheme.reading() as db:
        sight = look(db, errand.now)
        found = figures_of(db, kept_rounds.get(db, errand.round_id).number)
        introductions = Letters(messages.counts(db, WHY)).only(found.round, INTRODUCED_BY)
        asked = silent.to_ask(db) if sight and sight.plan.still else []
        asking = silent.letters(db, errand.office, asked, errand.now)
    if sight is None:
        raise Taken
    questions, written = asking.letters(), list[Letter]()
    if sight.plan.news:
        written += letters_of_news(errand.scheme, errand.office, errand.round_id, errand.now)
    if sight.plan.report:
        coming = next((step for step in sight.steps if step.what == "draw"), None)
        about = (errand.round_id, found, introductions, coming)
        written.append(organiser_letters.report(errand.office, sight.plan, *about, errand.now))
    with turn(errand.scheme, errand.step, errand.now) as db:
        queued = outbox.queue(db, written, errand.now) + silent.queue(db, asked, questions, errand.now)
        kept.mark(db, errand.round_id, "report", errand.now)
    return f"Round {errand.step.number}: the news and your report are queued, {queued} letters."


def _pause(errand: Errand) -> str:
    """Pause people who did not answer whether they still want to take part."""
    with turn(errand.scheme, errand.step, errand.now) as db:
        paused = [person for person, at in silence.unanswered(db) if at + silence.ANSWER_WITHIN <= errand.now]
        silence.pause(db, paused)
        names = sorted(people.names(db, paused).values(), key=str.casefold)
        outbox.queue(db, [organiser_letters.paused(errand.office, errand.step, names, errand.now)], errand.now)
    return f"Paused, because they did not say that they still want to take part: {', '.join(names)}."


def _cannot(scheme: Scheme, signed: Office | None, step: Step, why: str, now: datetime) -> Outcome:
    """Store the reason, and write to the organiser if it is new to them and a sender is known."""
    try:
        with turn(scheme, step, now) as db:
            sight = look(db, now)
            if sight is None:
                raise Taken
            about = "draw:" if step.what == "draw" else step.key  # a draw has another key on each of its dates
            known = {trouble["said"] for key, trouble in sight.troubles.items() if key.startswith(about)}
            current = {key: sight.troubles[key] for key in {s.key for s in sight.steps} & sight.troubles.keys()}
            trouble = {"said": why, "tried": now.isoformat()}
            settings.put(db, "month_troubles", current | {step.key: trouble})
            if signed and why not in known:
                outbox.queue(db, [organiser_letters.trouble(signed, step, why, now)], now)
    except Taken:
        return Outcome()
    return Outcome(sentences.failed(step, why), went_wrong=True)


TAKE: dict[str, Callable[[Errand], str]] = {
    "offer": _offer,
    "draw": _draw,
    "publish": _publish,
    "rematch": _rematch,
    "tell": _tell,
    "remind": _write("reminder", "reminders"),
    "ask": _write("feedback", "feedback requests"),
    "close": _close,
    "report": _report,
    "pause": _pause,
}
