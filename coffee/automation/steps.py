"""The steps of the automatic month. Each is prepared first, then saved completely and once, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from coffee.automation import organiser_letters, sentences
from coffee.automation.outcome import Outcome
from coffee.automation.schedule import Step
from coffee.automation.state import DRAWN, OFFERED, Taken, agenda_of, turn
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
from coffee.scheme import NotThere, Scheme, Stale, automation, messages, opt_outs, people, rounds, settings, silence

INTRODUCED_BY = ("introduction", "rematch")


@dataclass(frozen=True)
class Task:
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
        return Outcome(TAKE[step.what](Task(scheme, signed, step, now)))
    except (Taken, Stale, NotThere):
        return Outcome()
    except (RoundError, MailError) as error:
        return _cannot(scheme, signed, step, str(error), now)


def _draw(task: Task) -> str:
    scheme, step, now = task.scheme, task.step, task.now
    with scheme.reading() as db:
        waits = rounds.draft_id(db)
    if waits is not None:
        return _leave_waiting(task, waits)
    drawn = life.fresh_for_most(scheme, now)
    with turn(scheme, step, now) as db:
        round_id = life.begin(db, drawn, now)
        automation.mark(db, round_id, "draw", now)
        settings.put(db, DRAWN, step.at.isoformat())
        agenda = agenda_of(db, now)
        if agenda is None:
            raise Taken
        number = rounds.get(db, round_id).number
        absent = life.absentees(db, drawn, now)
        letter = organiser_letters.drawn(task.office, agenda.plan, step, drawn, round_id, number, absent, now)
        outbox.queue(db, [letter], now)
    return f"Round {number} is drawn: {sentences.matches(len(drawn.matches))}."


def _leave_waiting(task: Task, draft_id: int) -> str:
    """Skip this month's draw, because the last draft is still waiting, and tell the organiser."""
    with turn(task.scheme, task.step, task.now) as db:
        waits = rounds.get(db, draft_id).number
        settings.put(db, DRAWN, task.step.at.isoformat())
        outbox.queue(db, [organiser_letters.still_waiting(task.office, task.step, waits, task.now)], task.now)
    return f"Round {waits} is still a draft, so no other round was drawn."


def _offer(task: Task) -> str:
    """Ask the people who would be drawn whether they want to skip the round."""
    step, now = task.step, task.now
    if step.draw is None:
        raise Taken
    with task.scheme.reading() as db:
        written = letters_before(db, task.office, step.number, step.draw, now).letters()
    with turn(task.scheme, step, now) as db:
        queued = outbox.queue(db, written, now)
        settings.put(db, OFFERED, step.draw.isoformat())
    return f"Round {step.number}: {queued} letters before the draw are queued."


def _publish(task: Task) -> str:
    """Mend the draft if needed, in a transaction of its own, then publish it and tell the organiser."""
    with task.scheme.reading() as db:
        version = rounds.get(db, task.round_id).version
        mending = life.mending(db, task.round_id, task.now)
        sentences = life.describe(db, mending, task.now)
    written = [organiser_letters.mended(task.office, task.step, version, sentences, task.now)] if sentences else []
    if mending.changes:
        with turn(task.scheme, task.step, task.now) as db:
            life.mend(db, task.round_id, version, mending, task.now)
            outbox.queue(db, written, task.now)
        version, written = version + 1, []
    written += life.to_publish(task.scheme, task.round_id, task.office, task.now, mending.waiting)
    with turn(task.scheme, task.step, task.now) as db:
        life.release(db, task.round_id, version, written, task.now, mending.waiting)
        automation.mark(db, task.round_id, "publish", task.now)
    count = sum(letter.kind == "introduction" for letter in written)
    mended = f" It was mended first: {' '.join(sentences)}" if sentences else ""
    return f"Round {task.step.number} is out; {count} introductions are queued.{mended}"


def _rematch(task: Task) -> str:
    """Rematch the partners of people whom letters cannot reach, and tell the organiser."""
    scheme, now = task.scheme, task.now
    with scheme.reading() as db:
        unreached = {person for _, person in opt_outs.unreached(db, task.round_id)}
    proposal = repair.propose(scheme, task.round_id, unreached, (), now, may_strand=True)
    with turn(scheme, task.step, now) as db:
        sentences = repair.described(db, proposal, unreached, now)
        repair.make(db, proposal, task.office, now)
        outbox.queue(db, [organiser_letters.rematched(task.office, task.step, proposal.version, sentences, now)], now)
    return f"Round {task.step.number} is mended: {' '.join(sentences)}"


def _tell(task: Task) -> str:
    with turn(task.scheme, task.step, task.now) as db:
        who = [one for one in automation.unreported(db) if one.round_id == task.round_id]
        outbox.queue(db, [organiser_letters.cannot(task.office, one, task.now) for one in who], task.now)
    return f"Round {task.step.number}: you are told of {len(who):,} who cannot meet."


def _write(kind: str, called: str) -> Callable[[Task], str]:
    def write(task: Task) -> str:
        written = actions.letters_to_round(task.scheme, task.office, task.round_id, kind, task.now)
        with turn(task.scheme, task.step, task.now) as db:
            queued = outbox.queue(db, written, task.now)
            automation.mark(db, task.round_id, task.step.what, task.now)
        return f"Round {task.step.number}: {queued} {called} are queued."

    return write


def _close(task: Task) -> str:
    with turn(task.scheme, task.step, task.now) as db:
        rounds.close(db, task.round_id, task.now)
        automation.mark(db, task.round_id, "close", task.now)
    return f"Round {task.step.number} is closed."


def _report(task: Task) -> str:
    with task.scheme.reading() as db:
        agenda = agenda_of(db, task.now)
        figures = figures_of(db, rounds.get(db, task.round_id).number)
        introductions = Letters(messages.counts(db, WHY)).only(figures.round, INTRODUCED_BY)
        asked = silent.to_ask(db) if agenda and agenda.plan.still else []
        asking = silent.letters(db, task.office, asked, task.now)
    if agenda is None:
        raise Taken
    questions, written = asking.letters(), list[Letter]()
    if agenda.plan.news:
        written += letters_of_news(task.scheme, task.office, task.round_id, task.now)
    if agenda.plan.report:
        coming = next((step for step in agenda.steps if step.what == "draw"), None)
        about = (task.round_id, figures, introductions, coming)
        written.append(organiser_letters.report(task.office, agenda.plan, *about, task.now))
    with turn(task.scheme, task.step, task.now) as db:
        queued = outbox.queue(db, written, task.now) + silent.queue(db, asked, questions, task.now)
        automation.mark(db, task.round_id, "report", task.now)
    return f"Round {task.step.number}: the news and your report are queued, {queued} letters."


def _pause(task: Task) -> str:
    """Pause people who did not answer whether they still want to take part."""
    with turn(task.scheme, task.step, task.now) as db:
        paused = [person for person, at in silence.unanswered(db) if at + silence.ANSWER_WITHIN <= task.now]
        silence.pause(db, paused)
        names = sorted(people.names(db, paused).values(), key=str.casefold)
        outbox.queue(db, [organiser_letters.paused(task.office, task.step, names, task.now)], task.now)
    return f"Paused, because they did not say that they still want to take part: {', '.join(names)}."


def _cannot(scheme: Scheme, signed: Office | None, step: Step, why: str, now: datetime) -> Outcome:
    """Store the reason, and write to the organiser if it is new to them and a sender is known."""
    try:
        with turn(scheme, step, now) as db:
            agenda = agenda_of(db, now)
            if agenda is None:
                raise Taken
            about = "draw:" if step.what == "draw" else step.key  # a draw has another key on each of its dates
            known = {trouble["said"] for key, trouble in agenda.troubles.items() if key.startswith(about)}
            current = {key: agenda.troubles[key] for key in {s.key for s in agenda.steps} & agenda.troubles.keys()}
            trouble = {"said": why, "tried": now.isoformat()}
            settings.put(db, "month_troubles", current | {step.key: trouble})
            if signed and why not in known:
                outbox.queue(db, [organiser_letters.trouble(signed, step, why, now)], now)
    except Taken:
        return Outcome()
    return Outcome(sentences.failed(step, why), went_wrong=True)


TAKE: dict[str, Callable[[Task], str]] = {
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
