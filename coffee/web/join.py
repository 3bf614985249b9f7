"""Joining: the form, and the link that confirms the address. A known address looks just like a new one from outside."""

from hmac import compare_digest
from typing import Any

from starlette.responses import Response

from coffee.mail.own_page import LASTS
from coffee.scheme import addresses, asked, people, room, tokens
from coffee.scheme.tokens import Holder
from coffee.web import details
from coffee.web.form import Form
from coffee.web.tries import JOINS, Tries
from coffee.web.unsigned import refuse_unsigned
from coffee.web.visit import Visit


def show(visit: Visit) -> Response:
    """The empty form: everything is shared unless that is unticked.

    Outside a room it is not open before somebody signs the letters.
    """
    if not (visit.office.address or _in_the_room(visit)):
        refuse_unsigned(visit.office)
    everything = [("shares", way) for way in details.WAYS]
    return _form(visit, Form.filled([*everything, ("language", visit.language.code)]))


def save(visit: Visit, tries: Tries) -> Response:
    """Keep somebody new as unconfirmed and ask for the link that confirms; for a known person, for that to their page.

    Outside a room it is not open before somebody signs the letters.
    """
    if tries.too_many(JOINS, visit.where):
        return visit.show("busy.html", status=429)
    told = details.read(visit, with_email=True)
    if visit.form.text("agree") != "yes":
        visit.form.fault(
            "agree", visit.say("Tick the box to agree that there is no selling and how your details are used")
        )
    if visit.form.faults:
        return _form(visit, visit.form, status=422)
    tries.count(JOINS, visit.where)
    here = _in_the_room(visit)
    if not here:  # nobody needs mail to begin in a room
        refuse_unsigned(visit.office)
    person_id = _kept(visit, told, here)
    if here:
        room.enter(visit.db, person_id)
    if visit.office.address:
        asked.ask(visit.db, told["email"], visit.now)
    return visit.go("/p/sent", **({"done": "room"} if here else {}))


def sent(visit: Visit) -> Response:
    """What everybody sees after asking for a letter."""
    return visit.show("sent.html", in_room=visit.asked == "room")


def show_confirm(visit: Visit, holder: Holder) -> Response:
    """What was filled in, and a button."""
    person = people.person(visit.db, holder.person_id, visit.now.date())
    if new := addresses.wanted(visit.db, holder.person_id):
        return visit.show("new_address.html", email=new)
    return visit.show("confirm.html", person=person, confirmed=person["status"] != "unconfirmed")


def confirm(visit: Visit, holder: Holder) -> Response:
    """Let the person take part, or use their new address, and open their page; a second press changes nothing."""
    if addresses.wanted(visit.db, holder.person_id):
        addresses.take(visit.db, holder.person_id)
        return _own_page(visit, holder, "address")
    person = people.person(visit.db, holder.person_id, visit.now.date())
    if person["status"] != "unconfirmed":
        return visit.go(visit.path)
    people.reactivate(visit.db, [holder.person_id])
    return _own_page(visit, holder, "confirmed")


def _own_page(visit: Visit, holder: Holder, done: str) -> Response:
    page = tokens.new(visit.db, "me", holder.person_id, now=visit.now, expires_at=visit.now + LASTS["me"])
    return visit.go(f"/p/me/{page}", done=done)


def _form(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return visit.show("join.html", status=status, form=form, **details.offered(visit))


def _in_the_room(visit: Visit) -> bool:
    """Whether they came by the code that is on the big screen now; then nobody needs mail to begin."""
    code = room.is_open(visit.db, visit.now)
    return code is not None and compare_digest(visit.question.fields.get("room", "").encode(), code.encode())


def _kept(visit: Visit, told: dict[str, Any], here: bool) -> int:
    """The id of whoever has this address. What is typed replaces only what was never confirmed."""
    known = people.find(visit.db, told["email"])
    if known is None:
        return people.add(visit.db, told, now=visit.now, status="active" if here else "unconfirmed")
    person = people.person(visit.db, known, visit.now.date())
    if person["status"] == "unconfirmed":
        anew = {"joined_at": visit.now.isoformat()} | ({"status": "active"} if here else {})
        people.change(visit.db, known, person["version"], told | anew)
    return known
