"""A person's own page: their match in this round, past matches, details, and buttons to pause, skip or leave."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database
from starlette.responses import Response

from coffee.place import place
from coffee.roster.dates import read_day
from coffee.roster.phones import dialled
from coffee.scheme import (
    NotThere,
    addresses,
    answers,
    link_requests,
    opt_outs,
    own_data,
    people,
    silence,
    suggestions,
    tokens,
)
from coffee.scheme.proof import has_proven
from coffee.scheme.tokens import Holder
from coffee.web.http.form import Form
from coffee.web.http.unsigned import refuse_unsigned
from coffee.web.http.visit import HolderHandler, MatchHandler, Visit
from coffee.web.participants import details

ACTS: dict[str, Callable[[Database, int], None]] = {
    "skip": lambda db, person_id: opt_outs.skip(db, person_id, opt_outs.next_number(db)),
    "unskip": lambda db, person_id: opt_outs.skip(db, person_id, None),
    "leave": lambda db, person_id: people.leave(db, [person_id]),
    "back": lambda db, person_id: people.reactivate(db, [person_id]),
    "letters": lambda db, person_id: opt_outs.unsubscribe(db, person_id, None),
}


def show(visit: Visit, holder: Holder) -> Response:
    """Show the page, with a sentence about the button just pressed."""
    return _page(visit, holder, visit.form if visit.is_unsent else Form())


def act(name: str) -> HolderHandler:
    """The handler for one of `ACTS`, which then shows the page again. Doing any of these twice is the same as once."""

    def done(visit: Visit, holder: Holder) -> Response:
        ACTS[name](visit.db, holder.person_id)
        return visit.go(f"/p/me/{visit.token}", done=name)

    return done


def ask_if_still_in(visit: Visit, holder: Holder) -> Response:
    """Ask whether the person still wants to take part. Opening the page changes nothing."""
    del holder
    return visit.show("still_in.html", page=f"/p/me/{visit.token}")


def confirm_still_in(visit: Visit, holder: Holder) -> Response:
    """Record that the person still wants to take part, and show their page."""
    silence.still_in(visit.db, holder.person_id, visit.now)
    return visit.go(f"/p/me/{visit.token}", done="still")


def renew(visit: Visit, holder: Holder) -> Response:
    """Revoke every link to this page and send a new one.

    A change of address that waits is cancelled too: whoever misused the old link may have asked for it.
    """
    refuse_unsigned(visit.office)
    tokens.revoke(visit.db, holder.person_id, "me")
    addresses.forget(visit.db, holder.person_id)
    link_requests.ask(visit.db, people.person(visit.db, holder.person_id, visit.today)["email"], visit.now)
    return visit.go("/p/sent")


def pause(visit: Visit, holder: Holder) -> Response:
    """Leave the person out of every draw until the date typed."""
    until = _day(visit)
    if until is None:
        return _page(visit, holder, visit.form, status=422)
    people.pause(visit.db, [holder.person_id], until)
    return visit.go(f"/p/me/{visit.token}", done="pause")


def show_details(visit: Visit, holder: Holder) -> Response:
    """Show the form with the person's details, or as it was typed."""
    person = people.person(visit.db, holder.person_id, visit.today)
    form = visit.form if visit.is_unsent else details.filled(person)
    return visit.show("change.html", form=form, **_around(visit))


def save_details(visit: Visit, holder: Holder) -> Response:
    """Save the details. If they have changed since the form was opened, show it again with all that was typed."""
    new_details = details.read(visit)
    person = people.person(visit.db, holder.person_id, visit.today)
    changes = {name: value for name, value in new_details.items() if value != person[name]}
    if changes and visit.form.text("version") != str(person["version"]):
        changed = visit.say("Your details have changed since you opened this page. Check them, then save again")
        visit.form.fault("name", changed)
    if visit.form.faults:
        form = visit.form.with_value("version", str(person["version"]))
        return visit.show("change.html", status=422, form=form, **_around(visit))
    if changes:
        people.change(visit.db, holder.person_id, person["version"], changes)
    return visit.go(f"/p/me/{visit.token}", done="details")


def _around(visit: Visit) -> dict[str, Any]:
    return details.offered(visit) | {"address": f"/p/me/{visit.token}/address"}


def for_own_match(answer: MatchHandler) -> HolderHandler:
    """The handler for a page about one match when it is opened from a person's own page, not from a letter."""

    def answered(visit: Visit, holder: Holder) -> Response:
        return answer(visit, answers.talk(visit.db, _match(visit), holder.person_id))

    return answered


def _match(visit: Visit) -> int:
    """The match in the address. Raises NotThere unless it is a number of up to 18 digits, which SQLite can hold."""
    typed = str(visit.request.path_params["match"])
    if not re.fullmatch(r"\d{1,18}", typed, re.ASCII):
        raise NotThere("There is no such match.")
    return int(typed)


def _page(visit: Visit, holder: Holder, form: Form, *, status: int = 200) -> Response:
    matches = own_data.matches(visit.db, holder.person_id)
    person = people.person(visit.db, holder.person_id, visit.today)
    skips = opt_outs.skips(visit.db, holder.person_id)
    return visit.show(
        "own_page.html",
        status=status,
        form=form,
        person=person,
        proven=has_proven(visit.db, person),
        suggested=suggestions.suggested(visit.db, person) is not None,
        wanted=addresses.wanted(visit.db, holder.person_id),
        letters_in=details.letters_in(visit, person),
        now_out=[match for match in matches if match.is_out],
        past=[match for match in matches if not match.is_out],
        skips=skips,
        done=_done(visit, person, skips),
        page=f"/p/me/{visit.token}",
        date=date.fromisoformat,
        calendar=not form.text("until") or _is_iso(form.text("until")),
        next_round=opt_outs.next_number(visit.db),
    )


def _done(visit: Visit, person: Mapping[str, Any], skips: bool) -> str | None:
    """The sentence about the button just pressed, if it is still true: the address may be opened again much later."""
    status, letters = person["status"], not person["unsubscribed_at"]
    joined = visit.say("You have joined. We will write to you when we put you in touch with somebody.")
    sentences = {
        "confirmed": (status == "active", joined),
        "skip": (skips, visit.say("You are skipping the next round.")),
        "unskip": (not skips, visit.say("You are taking part in the next round.")),
        "still": (status == "active", visit.say("Thank you. You are still in.")),
        "pause": (status == "paused", visit.say("You are paused.")),
        "back": (status == "active", visit.say("You are taking part again.")),
        "leave": (status == "left", visit.say("You have left. Your details are kept until you erase them.")),
        "address": (True, visit.say("Our letters go to your new address from now on.")),
        "details": (True, " ".join([visit.say("Your details are saved."), *_about_phone(visit, person["phone"])])),
        "dropped": (True, visit.say("We have deleted what was typed. Your details stay as they are.")),
        "letters": (letters, visit.say("You will get letters again.")),
    }
    holds, sentence = sentences.get(visit.asked, (False, ""))
    return sentence if holds else None


def _about_phone(visit: Visit, number: str) -> list[str]:
    if not number or dialled(number):
        return []
    return [
        visit.say(
            "Your phone number is kept as you typed it. For others to call it with one tap, it needs its country code, "
            "such as +353."
        )
    ]


def _day(visit: Visit) -> date | None:
    """The date typed, or None and a fault in the form. Browsers without a calendar may send any format we read."""
    typed = visit.form.text("until")
    day_first = place(visit.db).day_first
    day = read_day(typed, day_first)
    if not typed:
        visit.form.fault("until", visit.say("Enter the date on which you want to take part again"))
    elif day is None:
        example = f"{'31/3' if day_first else '3/31'}/{visit.today.year + 1}"
        visit.form.fault("until", visit.say("Enter a real date, like %(example)s", example=example))
    elif day <= visit.today:
        visit.form.fault("until", visit.say("Enter a date after today"))
    return None if visit.form.faults else day


def _is_iso(typed: str) -> bool:
    """Return whether a browser's calendar can show this date. Anything else is shown again in a plain text field."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII)) and read_day(typed) is not None
