"""Joining: the form, and the answer to it. A known address looks just like a new one from outside."""

from hmac import compare_digest
from typing import Any

from starlette.responses import Response

from coffee.scheme import link_requests, people, room, suggestions
from coffee.scheme.proof import has_proven
from coffee.text.search import alike
from coffee.web.http.form import Form
from coffee.web.http.limits import IN_ROOM, JOINS, Tries
from coffee.web.http.unsigned import refuse_unsigned
from coffee.web.http.visit import Visit
from coffee.web.participants import check_email, details


def show(visit: Visit) -> Response:
    """The empty form: everything is shared unless that is unticked.

    Outside a room it is not open before somebody signs the letters.
    """
    if not (visit.office.address or _in_the_room(visit)):
        if _code(visit):
            return visit.show("wrong_code.html", status=503)
        refuse_unsigned(visit.office)
    if visit.is_unsent:
        return _form(visit, visit.form)
    everything = [("shares", way) for way in details.WAYS]
    return _form(visit, Form.filled([*everything, ("language", visit.language.code)]))


def save(visit: Visit, tries: Tries) -> Response:
    """Keep somebody new as unconfirmed and ask for the link that confirms; for a known person, for that to their page.

    Outside a room it is not open before somebody signs the letters.
    """
    here = _in_the_room(visit)
    forms = IN_ROOM if here else JOINS
    if tries.too_many(forms, visit.where):
        return visit.show("busy.html", status=429)
    visit.form = check_email.corrected(visit.form)
    told = details.read(visit, with_email=True)
    if visit.form.text("agree") != "yes":
        visit.form.fault(
            "agree", visit.say("Tick the box to agree that there is no selling and how your details are used")
        )
    if visit.form.faults:
        return _form(visit, visit.form, status=422)
    tries.count(forms, visit.where)
    if not here:  # nobody needs mail to begin in a room
        refuse_unsigned(visit.office)
    before = _before(visit) if here else None
    if here and _is_anothers(visit, told, before):
        return visit.show("address_taken.html", status=409, email=told["email"], hidden=check_email.hidden(visit.form))
    _keep(visit, told, here, before)
    link_requests.ask(visit.db, told["email"], visit.now)
    said = {"room": _code(visit), "done": "room" if here else "closed"} if _code(visit) else {}
    return visit.send_on("/p/sent", **said)


def _form(visit: Visit, form: Form, *, status: int = 200) -> Response:
    here = _in_the_room(visit)
    shut = not here and bool(_code(visit))
    first = [(name, form.text(name)) for name in ("first_email", "first_name") if form.text(name)]
    return visit.show(
        "join.html", status=status, form=form, here=here, shut=shut, first=first, **details.offered(visit)
    )


def _code(visit: Visit) -> str:
    return str(visit.question.fields.get("room", ""))


def _in_the_room(visit: Visit) -> bool:
    """Whether they came by the code that is on the big screen now; then nobody needs mail to begin."""
    said = _code(visit)
    code = room.is_open(visit.db, visit.now) if said else None
    return bool(code) and compare_digest(said.casefold().encode(), str(code).encode())


def _before(visit: Visit) -> int | None:
    """Who in the room the sender says they were before they corrected their name or address, if that can be mended."""
    known = people.find(visit.db, visit.form.text("first_email"))
    if known is None or known not in room.arrived(visit.db, visit.now):
        return None
    person = people.person(visit.db, known, visit.today)
    says_so = alike(visit.form.text("first_name"), person["name"])
    free = not has_proven(visit.db, person) and _can_be_mended(visit, person, True)
    return known if says_so and free else None


def _is_anothers(visit: Visit, told: dict[str, Any], before: int | None) -> bool:
    """Whether somebody else in the room has given this address, under another name."""
    known = people.find(visit.db, told["email"])
    if known in (None, before) or known not in room.arrived(visit.db, visit.now):
        return False
    return not alike(told["name"], people.person(visit.db, known, visit.today)["name"])


def _keep(visit: Visit, told: dict[str, Any], here: bool, before: int | None) -> None:
    """What is typed replaces only what was never confirmed and nobody was told of yet; else its owner may accept it.

    Whoever is new is in the room at once; of who is known only somebody who says the name we know, so that nobody can
    send others to look for a person who is not there. Another name is noted for the organiser.
    """
    known, anew = people.find(visit.db, told["email"]), {"status": "active"} if here else {}
    if before and known not in (None, before):  # who mistyped the address of somebody we know already
        room.take_out(visit.db, before)
    known, proven = known or before, False
    if known is None:
        known = people.add(visit.db, told, now=visit.now, status=anew.get("status", "unconfirmed"))
    else:
        person = people.person(visit.db, known, visit.today)
        proven = has_proven(visit.db, person)
        if not proven and _can_be_mended(visit, person, here):
            people.change(visit.db, known, person["version"], told | anew | {"joined_at": visit.now.isoformat()})
        else:
            suggestions.suggest(visit.db, known, told, visit.now)
            if here and not alike(told["name"], person["name"]):
                room.doubt(visit.db, known, told["name"])
                return
            if here and person["status"] == "unconfirmed":
                people.reactivate(visit.db, [known])
    if here:
        room.enter(visit.db, known, proven=proven)


def _can_be_mended(visit: Visit, person: dict[str, Any], here: bool) -> bool:
    """Whether somebody who never confirmed may still be anybody: once they have a match, others were told who it is."""
    waits = person["status"] == "unconfirmed" or (here and person["status"] == "active")
    return waits and not people.was_matched(visit.db, person["id"])
