"""Download your data, or have everything about you erased."""

import json

from starlette.background import BackgroundTask
from starlette.responses import Response

from coffee.days.tables import exported_record
from coffee.mail.post.eml_files import forget_erased
from coffee.scheme import erasure, own_data
from coffee.scheme.tokens import Holder
from coffee.web.http.page import download
from coffee.web.http.visit import Visit


def data(visit: Visit, holder: Holder) -> Response:
    """Everything the scheme keeps about the person, as JSON."""
    record = json.dumps(
        exported_record(visit.office.place, own_data.everything(visit.db, holder.person_id)),
        ensure_ascii=False,
        indent=2,
    )
    return download(record.encode(), "my-data.json", "application/json")


def show(visit: Visit, _: Holder) -> Response:
    """Show the effects of erasing, and a box to tick."""
    return visit.show("erase.html", form=visit.form, page=f"/p/me/{visit.token}")


def erase(visit: Visit, holder: Holder) -> Response:
    """Erase the person if the box is ticked. From then on none of their links work."""
    if visit.form.text("sure") != "yes":
        visit.form.fault("sure", visit.say("Tick the box if you want everything erased"))
        return visit.show("erase.html", status=422, form=visit.form, page=f"/p/me/{visit.token}")
    erasure.erase(visit.db, holder.person_id, by_themselves=visit.now)
    answer = visit.go("/p/erased")
    answer.background = BackgroundTask(forget_erased, visit.scheme)
    return answer


def erased(visit: Visit) -> Response:
    """Show the page that follows an erasure."""
    return visit.show("erased.html")
