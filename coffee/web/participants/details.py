"""The details that people give on the join form and change on their own page. They are read as a roster's are."""

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
SHORT = 300  # characters: more than the longest name of an organisation
TOPICS = 500  # characters: as many as letters have room for
SUGGESTIONS = 3500  # bytes, on a form without input or faults
AROUND_FAULT = 150  # bytes of markup for a fault, which is shown at the top and at its field


def email(visit: Visit) -> str:
    """The address in its normal form, or '' and a fault in the form when it cannot be one."""
    typed = visit.form.text("email")
    cell = cells.email(typed)
    if not typed:
        visit.form.fault("email", visit.say("Enter your email address"))
    elif cell.rejects:
        visit.form.fault("email", visit.say("Enter an email address that letters can reach, like name@example.gov.uk"))
    return "" if cell.rejects else cell.value


def read(visit: Visit, *, with_email: bool = False) -> dict[str, Any]:
    """The details typed, as `people.add` and `people.change` take them.

    Faults go into the form, in the page's order.
    """
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
    """The number as a roster would store it. A fault goes into the form when it has no digits."""
    typed = cells.tidy(visit.form.text("phone"))
    number = phones.phone(typed, place(visit.db).region).value
    if typed and not any(map(str.isdecimal, number)):
        visit.form.fault("phone", visit.say("Enter a phone number that has digits in it, or leave it empty"))
    return number


def _labels(say: Callable[..., str]) -> dict[str, str]:
    """The labels of the text fields, for the page and for the sentences about faults."""
    return {
        "name": say("Full name"),
        "organisation": say("Organisation"),
        "role": say("What you do (optional)"),
        "topics": say("What you would like to talk about (optional)"),
        "phone": say("Phone number (optional)"),
        "chat_id": say("Google, Skype or Teams ID (optional)"),
    }


def filled(person: dict[str, Any]) -> Form:
    """The form filled with a person's details."""
    names = ("name", "organisation", "phone", "chat_id", "role", "topics", "version")
    spoken = " ".join(language.code for language in chosen(person["language"]))
    texts = [(name, str(person[name])) for name in names]
    return Form.filled([*texts, ("language", spoken), *(("shares", way) for way in person["shares"])])


def offered(visit: Visit) -> dict[str, Any]:
    """The values that the form's template needs: labels, and the organisations and languages to choose from."""
    spoken = [(language.code, (language,)) for language in LANGUAGES]
    return {"labels": _labels(visit.say), "organisations": _suggestions(visit), "spoken": [*spoken, (EVERY_CODE, ALL)]}


def letters_in(visit: Visit, person: dict[str, Any]) -> Sequence[Language]:
    """The languages of this person's letters: those they chose, or those for people who have not chosen."""
    undecided = wording.undecided(settings.get(visit.db, wording.UNDECIDED))
    return chosen(person["language"]) or undecided


def _suggestions(visit: Visit) -> list[str]:
    """The largest organisations, as many as keep the page small, in alphabetical order."""
    known = organisations(visit.db, confirmed=True).sort_values("people", ascending=False, kind="stable")
    weights = known["organisation"].map(lambda name: _weight(name) + len('<option value=""></option>')).cumsum()
    return sorted(known["organisation"][weights <= _space(visit.form)], key=str.casefold)


def _space(form: Form) -> int:
    """The bytes left for suggestions on a page with this input and these faults."""
    typed = sum(_weight(str(text)) for _, text in form.given.multi_items())
    return SUGGESTIONS - typed - sum(AROUND_FAULT + 2 * _weight(sentence) for sentence in form.faults.values())


def _weight(text: str) -> int:
    return len(escape(text).encode(errors="replace"))
