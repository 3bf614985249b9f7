"""A new link to your own page, sent by email to people who have lost theirs."""

from starlette.responses import Response

from coffee.scheme import link_requests
from coffee.web.http.limits import ASKS, Tries
from coffee.web.http.unsigned import refuse_unsigned
from coffee.web.http.visit import Visit
from coffee.web.participants import check_email, details


def show(visit: Visit) -> Response:
    """Show the form with its one field."""
    refuse_unsigned(visit.office)
    return visit.show("link_again.html", form=visit.form)


def send(visit: Visit, tries: Tries) -> Response:
    """Send the link. The answer does not reveal whether we know the address: that is looked up after it."""
    if tries.too_many(ASKS, visit.where):
        return visit.show("busy.html", status=429)
    visit.form = check_email.corrected(visit.form)
    email = details.email(visit)
    if visit.form.faults:
        return visit.show("link_again.html", status=422, form=visit.form)
    tries.count(ASKS, visit.where)
    refuse_unsigned(visit.office)
    link_requests.ask(visit.db, email, visit.now)
    return visit.send_on("/p/sent")
