"""What people tell about themselves, on the join form and on their own page. Read by the roster's own cells."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import escape

from coffee.mail.letters import wording
from coffee.place import place
from coffee.roster import cells, phones
from coffee.scheme import settings
from coffee.scheme.organisations import organisations
from coffee.text.language import ALL, EVERY_CODE, LANGUAGES, Language, chosen
from coffee.web.http.form import Form
from coffee.web.http.visit import Visit

WAYS = ("email", "phone", "chat_id")
SHORT = 300  # characters: the longest names of organisations are below it
TOPICS = 500  # characters: as much as letters tell of them
SUGGESTIONS = 3500  # bytes, where nothing was typed and nothing is wrong
AROUND_FAULT = 150  # bytes around a sentence that says what is wrong; it stands both on top and at its field


def email(visit: Visit) -> str:
    """The address in its normal form; '' with a fault in the form when letters cannot reach it."""
    typed = visit.form.text("email")
    cell = cells.email(typed)
    if not typed:
        visit.form.fault("email", visit.say("Enter your email address"))
    elif cell.rejects:
        visit.form.fault("email", visit.say("Enter an email address that letters can reach, like name@example.gov.uk"))
    return "" if cell.rejects else cell.value


def read(visit: Visit, *, with_email: bool = False) -> dict[str, Any]:
    """What was typed, as `people.add` and `people.change` take it, with faults in the form in the page's order."""
    form, labels = visit.form, _labels(visit.say)
    texts = {name: cells.tidy(form.text(name)) for name in ("name", "organisation", "role", "topics", "chat_id")}
    if not texts["name"]:
        form.fault("name", visit.say("Enter your full name"))
    form.limit("name", labels["name"], visit.say, SHORT)
    if with_email:
        texts["email"] = email(visit)
    if not texts["organisation"]:
        form.fault("organisation", visit.say("Enter the organisation you work for"))
    for name in ("organisation", "role", "topics"):
        form.limit(name, labels[name], visit.say, TOPICS if name == "topics" else SHORT)
    texts["phone"] = _phone(visit)
    for name in ("phone", "chat_id"):
        form.limit(name, labels[name], visit.say, SHORT)
    shares = [way for way in WAYS if way in form.all("shares")]
    if not any(way == "email" or texts[way] for way in shares):
        form.fault("shares", visit.say("Select at least one way to reach you that you have filled in"))
    known = form.text("language") in {EVERY_CODE, *(language.code for language in LANGUAGES)}
    return texts | {"shares": shares, "language": form.text("language") if known else ""}


def _phone(visit: Visit) -> str:
    """The number as the roster keeps it, with a fault in the form when there is nothing in it to dial."""
    typed = cells.tidy(visit.form.text("phone"))
    number = phones.phone(typed, place(visit.db).region).value
    if typed and not any(map(str.isdecimal, number)):
        visit.form.fault("phone", visit.say("Enter a phone number that has digits in it, or leave it empty"))
    return number


def _labels(say: Callable[..., str]) -> dict[str, str]:
    """What pages and faults call the fields that somebody writes into."""
    return {
        "name": say("Full name"),
        "organisation": say("Organisation"),
        "role": say("What you do (optional)"),
        "topics": say("What you would like to talk about (optional)"),
        "phone": say("Phone number (optional)"),
        "chat_id": say("Google, Skype or Teams ID (optional)"),
    }


def filled(person: dict[str, Any]) -> Form:
    """The form as it is when these details are known already."""
    names = ("name", "organisation", "phone", "chat_id", "role", "topics", "version")
    spoken = " ".join(language.code for language in chosen(person["language"]))
    texts = [(name, str(person[name])) for name in names]
    return Form.filled([*texts, ("language", spoken), *(("shares", way) for way in person["shares"])])


def offered(visit: Visit) -> dict[str, Any]:
    """What the form is made of: names of its fields, and to choose from the organisations known and our languages."""
    spoken = [(language.code, (language,)) for language in LANGUAGES]
    return {"labels": _labels(visit.say), "organisations": _suggestions(visit), "spoken": [*spoken, (EVERY_CODE, ALL)]}


def letters_in(visit: Visit, person: dict[str, Any]) -> Sequence[Language]:
    """The languages this person's letters are in: what they chose, else what who chose none gets."""
    undecided = wording.undecided(settings.get(visit.db, wording.UNDECIDED))
    return chosen(person["language"]) or undecided


def _suggestions(visit: Visit) -> list[str]:
    """The organisations most people belong to, as many as a small page can carry, in order of the alphabet."""
    known = organisations(visit.db, confirmed=True).sort_values("people", ascending=False, kind="stable")
    weights = known["organisation"].map(lambda name: _weight(name) + len('<option value=""></option>')).cumsum()
    return sorted(known["organisation"][weights <= _space(visit.form)], key=str.casefold)


def _space(form: Form) -> int:
    """How many bytes of suggestions fit on the page beside what was typed and what is wrong with it."""
    typed = sum(_weight(str(text)) for _, text in form.given.multi_items())
    return SUGGESTIONS - typed - sum(AROUND_FAULT + 2 * _weight(sentence) for sentence in form.faults.values())


def _weight(text: str) -> int:
    return len(escape(text).encode(errors="replace"))
