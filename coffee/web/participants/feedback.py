"""The feedback form about one match. Answers can be changed until the round is closed."""

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
    """Show the form with the person's earlier answers.

    A letter's link may add ?met=yes or ?met=not yet, which ticks that answer.
    """
    if visit.asked == "saved" and talk.answered:
        return visit.show("thanks.html", again=visit.link(visit.path))
    if talk.state != "open":
        return visit.show(f"{talk.state}.html", unsaved={})
    if visit.is_unsent:
        return _page(visit, talk, visit.form)
    saved = answers.get(visit.db, talk.match_id, talk.person_id) if talk.answered else None
    return _page(visit, talk, _ticked(visit, Form.filled(_typed(saved)) if saved else Form()))


def save(visit: Visit, talk: Talk) -> Response:
    """Save the answers, or show the form with its faults. Saving the same answers twice saves them once.

    If the match no longer takes answers, show why, with the words just typed so that they can be copied.
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
    """The answers typed, or None and faults in the form.

    People who have not met cannot rate the talk, but every word they typed is saved and shown again.
    """
    form = visit.form
    met = next((choice for choice in get_args(Met) if choice == form.text("met")), None)
    if met is None:
        form.fault("met", visit.say("Select whether you have met"))
    fields: dict[str, str | int | bool | None] = {name: form.text(name) or None for name in WORDS}
    for name, label in _labels(visit.say).items():
        form.limit(name, label, visit.say)
    fields |= {name: {"yes": True, "no": False}.get(form.text(name)) for name in YES_NO}
    fields["useful"] = {str(mark): mark for mark in range(1, 6)}.get(form.text("useful"))
    fields["story_may_be_shared"] = form.text("story_may_be_shared") == "yes" if fields["story"] else None
    if met != "yes":
        fields |= dict.fromkeys(ONLY_IF_MET)
    return Answer(met, **fields) if met and not form.faults else None  # type: ignore[arg-type]


def _labels(say: Callable[..., str]) -> dict[str, str]:
    """The labels of the fields in WORDS, in the page's order, for the page and for the sentences about faults."""
    return {
        "why_not": say("If you have not met, what got in the way?"),
        "story": say("Is there a story to share?"),
        "selling": say("Did anything sound like selling?"),
        "comment": say("Anything else for the organiser?"),
    }


def _typed(answer: Answer) -> list[tuple[str, str]]:
    """The names and values of the form's fields for this answer."""
    typed = [("met", answer.met), ("useful", str(answer.useful or ""))]
    typed += [(name, getattr(answer, name) or "") for name in WORDS]
    return typed + [
        (name, {None: "", True: "yes", False: "no"}[getattr(answer, name)]) for name in (*YES_NO, "story_may_be_shared")
    ]
