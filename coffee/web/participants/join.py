"""The form to join. From outside, a known address gets the same answer as a new one."""

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
    """Show the empty form, with every way to be reached ticked.

    Without a sender for letters the form is closed, except to people who are in the room of a launch.
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
    """Save a newcomer as unconfirmed and send them a link to confirm; send a known person a link to their page.

    Without a sender for letters the form is closed, except to people who are in the room of a launch.
    """
    in_room = _in_the_room(visit)
    forms = IN_ROOM if in_room else JOINS
    if tries.too_many(forms, visit.where):
        return visit.show("busy.html", status=429)
    visit.form = check_email.corrected(visit.form)
    new_details = details.read(visit, with_email=True)
    if visit.form.text("agree") != "yes":
        visit.form.fault(
            "agree", visit.say("Tick the box to agree that there is no selling and how your details are used")
        )
    if visit.form.faults:
        return _form(visit, visit.form, status=422)
    tries.count(forms, visit.where)
    if not in_room:  # nobody needs mail to begin in a room
        refuse_unsigned(visit.office)
    corrected = _corrected_person(visit) if in_room else None
    if in_room and _is_anothers(visit, new_details, corrected):
        return visit.show(
            "address_taken.html", status=409, email=new_details["email"], hidden=check_email.hidden(visit.form)
        )
    _save_details(visit, new_details, in_room, corrected)
    link_requests.ask(visit.db, new_details["email"], visit.now)
    query = {"room": _code(visit), "done": "room" if in_room else "closed"} if _code(visit) else {}
    return visit.send_on("/p/sent", **query)


def _form(visit: Visit, form: Form, *, status: int = 200) -> Response:
    in_room = _in_the_room(visit)
    wrong_code = not in_room and bool(_code(visit))
    first = [(name, form.text(name)) for name in ("first_email", "first_name") if form.text(name)]
    return visit.show(
        "join.html",
        status=status,
        form=form,
        in_room=in_room,
        wrong_code=wrong_code,
        first=first,
        **details.offered(visit),
    )


def _code(visit: Visit) -> str:
    return str(visit.question.fields.get("room", ""))


def _in_the_room(visit: Visit) -> bool:
    """Return whether the code in the address is that of the open room."""
    given = _code(visit)
    code = room.is_open(visit.db, visit.now) if given else None
    return bool(code) and compare_digest(given.casefold().encode(), str(code).encode())


def _corrected_person(visit: Visit) -> int | None:
    """The id of the person whose details this form corrects, or None.

    They must be in the room, match the name given first, and not be proven or matched yet.
    """
    known = people.find(visit.db, visit.form.text("first_email"))
    if known is None or known not in room.arrived(visit.db, visit.now):
        return None
    person = people.person(visit.db, known, visit.today)
    says_so = alike(visit.form.text("first_name"), person["name"])
    free = not has_proven(visit.db, person) and _can_be_mended(visit, person, True)
    return known if says_so and free else None


def _is_anothers(visit: Visit, new_details: dict[str, Any], corrected: int | None) -> bool:
    """Return whether somebody else in the room has given this address under another name."""
    known = people.find(visit.db, new_details["email"])
    if known in (None, corrected) or known not in room.arrived(visit.db, visit.now):
        return False
    return not alike(new_details["name"], people.person(visit.db, known, visit.today)["name"])


def _save_details(visit: Visit, new_details: dict[str, Any], in_room: bool, corrected: int | None) -> None:
    """Save the details, or suggest them to their owner when the address is proven or its owner was matched.

    In a room, newcomers are present at once. Known people are present only if they give the name we know, so that
    nobody is sent to look for a person who is not there; another name is noted for the organiser.
    """
    known, anew = people.find(visit.db, new_details["email"]), {"status": "active"} if in_room else {}
    if corrected and known not in (None, corrected):  # they had mistyped the address of somebody we know
        room.take_out(visit.db, corrected)
    known, proven = known or corrected, False
    if known is None:
        known = people.add(visit.db, new_details, now=visit.now, status=anew.get("status", "unconfirmed"))
    else:
        person = people.person(visit.db, known, visit.today)
        proven = has_proven(visit.db, person)
        if not proven and _can_be_mended(visit, person, in_room):
            people.change(visit.db, known, person["version"], new_details | anew | {"joined_at": visit.now.isoformat()})
        else:
            suggestions.suggest(visit.db, known, new_details, visit.now)
            if in_room and not alike(new_details["name"], person["name"]):
                room.doubt(visit.db, known, new_details["name"])
                return
            if in_room and person["status"] == "unconfirmed":
                people.reactivate(visit.db, [known])
    if in_room:
        room.enter(visit.db, known, proven=proven)


def _can_be_mended(visit: Visit, person: dict[str, Any], in_room: bool) -> bool:
    """Return whether the details may still be replaced: not proven, and no match has told others who this is."""
    waits = person["status"] == "unconfirmed" or (in_room and person["status"] == "active")
    return waits and not people.was_matched(visit.db, person["id"])
