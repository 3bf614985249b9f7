"""How it went: one page, two minutes, changeable until the round closes."""

from functools import cache
from typing import get_args

from markupsafe import Markup
from starlette.responses import Response

from coffee.language import Language
from coffee.scheme import answers, own
from coffee.scheme.answers import Answer, Met
from coffee.scheme.tokens import Holder
from coffee.web import page
from coffee.web.form import Form
from coffee.web.visit import Visit

WORDS = ("why_not", "selling", "story", "comment")
YES_NO = ("knew_each_other", "helped", "conduit", "again")
NOT_IF_MET = ("why_not",)
ONLY_IF_MET = ("knew_each_other", "useful", "helped", "conduit", "selling", "story", "story_may_be_shared")


def show(visit: Visit, holder: Holder) -> Response:
    """The form, filled with what was said before; ?met=yes or ?met=not yet in a letter's link ticks that answer."""
    said = answers.get(visit.db, _match(holder), holder.person_id)
    if visit.asked == "saved" and said:
        return visit.show("thanks.html", again=visit.link(visit.path))
    form = Form.filled(_typed(said)) if said else Form()
    chosen = visit.form.text("met")
    return _over(visit, holder) or _page(visit, holder, form.with_value("met", chosen) if chosen else form)


def save(visit: Visit, holder: Holder) -> Response:
    """Keep the answer, or show what is wrong with it. Saving the same answer twice keeps it once."""
    if over := _over(visit, holder, status=409):
        return over
    answer = _answer(visit)
    if answer is None:
        return _page(visit, holder, visit.form, status=422)
    answers.save(visit.db, _match(holder), holder.person_id, answer, visit.now)
    return visit.go(visit.path, done="saved")


def _over(visit: Visit, holder: Holder, *, status: int = 200) -> Response | None:
    """The page that says why answers are taken no more, with the words that were typed meanwhile; None while they are.

    What is behind a link's question mark is no such words: a letter's link ticks an answer, it writes nothing.
    """
    standing = answers.standing(visit.db, _match(holder), holder.person_id)
    typed = {name: visit.form.text(name) for name in WORDS} if status == 409 else {}
    return None if standing == "open" else visit.show(f"{standing}.html", status=status, typed=typed)


def _page(visit: Visit, holder: Holder, form: Form, *, status: int = 200) -> Response:
    met = own.partners(visit.db, _match(holder), holder.person_id)
    return visit.show(
        "feedback.html", status=status, form=form, partners=met, questions=_questions(visit.language, form)
    )


def _questions(language: Language, form: Form) -> Markup:
    """The questions as answered so far. Most visitors have not answered any, so those are kept ready."""
    blank = not form.faults and all(not form.text(name) for name in form.given)
    return _blank(language) if blank else page.part("questions.html", language, form=form)


@cache
def _blank(language: Language) -> Markup:
    return page.part("questions.html", language, form=Form())


def _answer(visit: Visit) -> Answer | None:
    """What was said, or None with a fault in the form. Questions that the page hides are not answered."""
    form = visit.form
    met = next((known for known in get_args(Met) if known == form.text("met")), None)
    if met is None:
        form.fault("met", visit.say("Select whether you have met"))
    said: dict[str, str | int | bool | None] = {name: form.text(name) or None for name in WORDS}
    for name in WORDS:
        form.limit(name, visit.say)
    said |= {name: {"yes": True, "no": False}.get(form.text(name)) for name in YES_NO}
    said["useful"] = {str(mark): mark for mark in range(1, 6)}.get(form.text("useful"))
    said["story_may_be_shared"] = form.text("story_may_be_shared") == "yes" if said["story"] else None
    said |= dict.fromkeys(NOT_IF_MET if met == "yes" else ONLY_IF_MET)
    return Answer(met, **said) if met and not form.faults else None  # type: ignore[arg-type]


def _typed(answer: Answer) -> list[tuple[str, str]]:
    """An answer as the form's fields hold it."""
    typed = [("met", answer.met), ("useful", str(answer.useful or ""))]
    typed += [(name, getattr(answer, name) or "") for name in WORDS]
    return typed + [
        (name, {None: "", True: "yes", False: "no"}[getattr(answer, name)]) for name in (*YES_NO, "story_may_be_shared")
    ]


def _match(holder: Holder) -> int:
    assert holder.match_id is not None  # noqa: S101  # every feedback link is about a match
    return holder.match_id
