"""A fresh link to one's own page, by email, when the old one is lost."""

from starlette.background import BackgroundTask
from starlette.responses import Response

from coffee.scheme import people
from coffee.web import details
from coffee.web.letters import refuse_unsigned, send_link
from coffee.web.tries import JOINS, Tries
from coffee.web.visit import Visit


def show(visit: Visit) -> Response:
    """One field: the address."""
    refuse_unsigned(visit.office)
    return visit.show("ask.html", form=visit.form)


def send(visit: Visit, tries: Tries) -> Response:
    """Send the link if the address is known. The letter is written after the answer, so that its time tells nothing."""
    if tries.too_many(JOINS, visit.where):
        return visit.show("busy.html", status=429)
    email = details.email(visit)
    if visit.form.faults:
        return visit.show("ask.html", status=422, form=visit.form)
    tries.count(JOINS, visit.where)
    refuse_unsigned(visit.office)
    answer = visit.go("/p/sent")
    answer.background = BackgroundTask(_send, visit, email)
    return answer


def _send(visit: Visit, email: str) -> None:
    with visit.scheme.writing() as db:
        person_id = people.find(db, email)
        if person_id is not None:
            send_link(db, visit.office, person_id, visit.now)
