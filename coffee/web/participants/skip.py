"""Skip one round, from the letter before its draw. A link opened too late skips nothing."""

from starlette.responses import Response

from coffee.scheme import opt_outs, people
from coffee.scheme.tokens import Holder
from coffee.web.http.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Show whether the person skips the round, and a button to change that."""
    return _page(visit, holder)


def save(visit: Visit, holder: Holder) -> Response:
    """Skip the round, or take part in it after all."""
    if not _is_open(visit, holder):
        return _page(visit, holder, status=409)
    number = None if visit.form.text("in") == "yes" else opt_outs.next_number(visit.db)
    opt_outs.skip(visit.db, holder.person_id, number)
    return visit.go(visit.path)


def _page(visit: Visit, holder: Holder, *, status: int = 200) -> Response:
    return visit.show(
        "skip.html",
        status=status,
        open=_is_open(visit, holder),
        skips=opt_outs.skips(visit.db, holder.person_id),
        number=opt_outs.next_number(visit.db),
        page=f"/p/me/{visit.token}",
    )


def _is_open(visit: Visit, holder: Holder) -> bool:
    """Return whether the round in the address is the next one and this person takes part in rounds."""
    person = people.person(visit.db, holder.person_id, visit.today)
    takes_part = person["status"] == "active" and not person["unsubscribed_at"]
    return takes_part and visit.request.path_params["round"] == str(opt_outs.next_number(visit.db))
