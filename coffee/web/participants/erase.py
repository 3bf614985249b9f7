"""Taking one's data away, in both senses: download everything, or have everything erased."""

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
    kept = json.dumps(
        exported_record(visit.office.place, own_data.everything(visit.db, holder.person_id)),
        ensure_ascii=False,
        indent=2,
    )
    return download(kept.encode(), "my-data.json", "application/json")


def show(visit: Visit, _: Holder) -> Response:
    """What erasing does, and a tick to be sure."""
    return visit.show("erase.html", form=visit.form, page=f"/p/me/{visit.token}")


def erase(visit: Visit, holder: Holder) -> Response:
    """Erase the person when the box is ticked. All their links are dead from then on."""
    if visit.form.text("sure") != "yes":
        visit.form.fault("sure", visit.say("Tick the box if you want everything erased"))
        return visit.show("erase.html", status=422, form=visit.form, page=f"/p/me/{visit.token}")
    erasure.erase(visit.db, holder.person_id, by_themselves=visit.now)
    answer = visit.go("/p/erased")
    answer.background = BackgroundTask(forget_erased, visit.scheme)
    return answer


def erased(visit: Visit) -> Response:
    """The last page there is to see."""
    return visit.show("erased.html")
