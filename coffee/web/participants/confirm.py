"""The links that prove an address: one for people who join, one for people who change theirs."""

from starlette.responses import Response

from coffee.mail.letters.own_page import LASTS
from coffee.mail.letters.partner_address import tell_partners
from coffee.mail.letters.readdress import readdress, tell_old_address
from coffee.mail.letters.reader import Reader
from coffee.scheme import addresses, people, tokens
from coffee.scheme.proof import has_proven, prove
from coffee.scheme.tokens import Holder
from coffee.web.http.visit import Visit


def show_joining(visit: Visit, holder: Holder) -> Response:
    """Show the details that were filled in, and the button that confirms them."""
    person = people.person(visit.db, holder.person_id, visit.today)
    return visit.show("confirm.html", person=person, confirmed=has_proven(visit.db, person), changed=False)


def join(visit: Visit, holder: Holder) -> Response:
    """Let the person take part and open their page. Pressing again changes nothing.

    If the form has been filled in again since the page was opened, it is shown again first: nobody confirms unseen
    details.
    """
    person = people.person(visit.db, holder.person_id, visit.today)
    if has_proven(visit.db, person):
        return visit.go(visit.path)
    if visit.form.text("version") not in ("", str(person["version"])):
        return visit.show("confirm.html", status=409, person=person, confirmed=False, changed=True)
    return _proven(visit, holder, "confirmed")


def show_address(visit: Visit, holder: Holder) -> Response:
    """Show the new address, and the button that confirms it."""
    return visit.show("new_address.html", email=addresses.wanted(visit.db, holder.person_id))


def use_address(visit: Visit, holder: Holder) -> Response:
    """Switch to the new address, which this proves, and open its owner's page. Pressing again changes nothing.

    Letters that wait go to the new address. The partners are told, and so is the old address if the person had proven
    it.
    """
    if not addresses.wanted(visit.db, holder.person_id):
        return visit.go(visit.path)
    before = people.person(visit.db, holder.person_id, visit.today)
    theirs = has_proven(visit.db, before)
    addresses.take(visit.db, holder.person_id)
    readdress(visit.db)
    tell_partners(visit.db, visit.office, holder.person_id, visit.now)
    if theirs and visit.office.address:
        tell_old_address(visit.db, visit.office, Reader.of(before), visit.now)
    return _proven(visit, holder, "address")


def _proven(visit: Visit, holder: Holder, done: str) -> Response:
    prove(visit.db, holder.person_id)
    page = tokens.new(visit.db, "me", holder.person_id, now=visit.now, expires_at=visit.now + LASTS["me"])
    return visit.go(f"/p/me/{page}", done=done)
