"""How it went: one page, two minutes, changeable until the round closes."""

from collections.abc import Callable
from typing import get_args

from starlette.responses import Response

from coffee.scheme import answers
from coffee.scheme.answers import Answer, Met, Talk
from coffee.web.http.form import Form
from coffee.web.http.visit import Visit

WORDS = ("why_not", "selling", "story", "comment")
YES_NO = ("knew_each_other", "helped", "conduit", "again")
ONLY_IF_MET = ("knew_each_other", "useful", "helped", "conduit")


def show(visit: Visit, talk: Talk) -> Response:
    """The form, filled with what was said before; ?met=yes or ?met=not yet in a letter's link ticks that answer."""
    if visit.asked == "saved" and talk.answered:
        return visit.show("thanks.html", again=visit.link(visit.path))
    if talk.state != "open":
        return visit.show(f"{talk.state}.html", unsaved={})
    if visit.is_unsent:
        return _page(visit, talk, visit.form)
    saved = answers.get(visit.db, talk.match_id, talk.person_id) if talk.answered else None
    return _page(visit, talk, _ticked(visit, Form.filled(_typed(saved)) if saved else Form()))


def save(visit: Visit, talk: Talk) -> Response:
    """Keep the answer, or show what is wrong with it. Saving the same answer twice keeps it once.

    When answers are taken no more, the page that says why has the words that were typed meanwhile.
    """
    if talk.state != "open":
        unsaved = {name: visit.form.text(name) for name in WORDS}
        return visit.show(f"{talk.state}.html", status=409, unsaved=unsaved, labels=_labels(visit.say))
    answer = _answer(visit)
    if answer is None:
        return _page(visit, talk, visit.form, status=422)
    answers.save(visit.db, talk.match_id, talk.person_id, answer, visit.now)
    return visit.go(visit.path, done="saved")


def _page(visit: Visit, talk: Talk, form: Form, *, status: int = 200) -> Response:
    return visit.show("feedback.html", status=status, form=form, others=talk.others, labels=_labels(visit.say))


def _ticked(visit: Visit, form: Form) -> Form:
    met = Form(visit.question.fields).text("met")
    return form.with_value("met", met) if met else form


def _answer(visit: Visit) -> Answer | None:
    """What was said, or None with a fault in the form.

    Who has not met has not rated the talk, but every word that was typed is kept, and shown when the form is opened.
    """
    form = visit.form
    met = next((known for known in get_args(Met) if known == form.text("met")), None)
    if met is None:
        form.fault("met", visit.say("Select whether you have met"))
    said: dict[str, str | int | bool | None] = {name: form.text(name) or None for name in WORDS}
    for name, label in _labels(visit.say).items():
        form.limit(name, label, visit.say)
    said |= {name: {"yes": True, "no": False}.get(form.text(name)) for name in YES_NO}
    said["useful"] = {str(mark): mark for mark in range(1, 6)}.get(form.text("useful"))
    said["story_may_be_shared"] = form.text("story_may_be_shared") == "yes" if said["story"] else None
    if met != "yes":
        said |= dict.fromkeys(ONLY_IF_MET)
    return Answer(met, **said) if met and not form.faults else None  # type: ignore[arg-type]


def _labels(say: Callable[..., str]) -> dict[str, str]:
    """What pages and faults call each of WORDS, in the order of the page."""
    return {
        "why_not": say("If you have not met, what got in the way?"),
        "story": say("Is there a story to share?"),
        "selling": say("Did anything sound like selling?"),
        "comment": say("Anything else for the organiser?"),
    }


def _typed(answer: Answer) -> list[tuple[str, str]]:
    """An answer as the form's fields hold it."""
    typed = [("met", answer.met), ("useful", str(answer.useful or ""))]
    typed += [(name, getattr(answer, name) or "") for name in WORDS]
    return typed + [
        (name, {None: "", True: "yes", False: "no"}[getattr(answer, name)]) for name in (*YES_NO, "story_may_be_shared")
    ]
