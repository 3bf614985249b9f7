"""Change the email address. The new one is used once its owner opens the link sent to it and confirms."""

from starlette.responses import Response

from coffee.mail.post.requested import PATIENCE
from coffee.scheme import addresses, link_requests, people
from coffee.scheme.tokens import Holder
from coffee.web.http.limits import ADDRESSES, Tries
from coffee.web.http.unsigned import refuse_unsigned
from coffee.web.http.visit import Visit
from coffee.web.participants import details


def show(visit: Visit, _: Holder) -> Response:
    """Show the form with its one field."""
    return visit.show("address.html", form=visit.form)


def send(visit: Visit, holder: Holder, tries: Tries) -> Response:
    """Send a link to the new address. If it is somebody else's, they get a link to their own page instead.

    Giving the current address cancels a change that is waiting.
    """
    who = f"person {holder.person_id}"
    if tries.too_many(ADDRESSES, who):
        return visit.show("busy.html", status=429)
    email = details.email(visit)
    if visit.form.faults:
        return visit.show("address.html", status=422, form=visit.form)
    tries.count(ADDRESSES, who)
    refuse_unsigned(visit.office)
    if people.find(visit.db, email) == holder.person_id:
        addresses.forget(visit.db, holder.person_id)
    else:
        addresses.want(visit.db, holder.person_id, email, visit.now - PATIENCE)
    link_requests.ask(visit.db, email, visit.now)
    return visit.send_on("/p/sent", done="address")
