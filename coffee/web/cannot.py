"""Cannot this time: from the introduction, or from one's own page. The partner can then be matched anew."""

from starlette.responses import Response

from coffee.scheme import NotThere, answers, own, wishes
from coffee.scheme.own import OwnMatch
from coffee.scheme.tokens import Holder
from coffee.web.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Whom it is about, and a button."""
    match = _match(visit, holder)
    return visit.show("cannot.html", match=match) if match else _replaced(visit)


def save(visit: Visit, holder: Holder) -> Response:
    """Note it, or take it back. The first time it was said stands."""
    match, can = _match(visit, holder), visit.form.text("can") == "yes"
    if match is None:
        return _replaced(visit, status=409)
    wishes.cannot(visit.db, match.id, holder.person_id, None if can else visit.now)
    return visit.go(visit.path)


def _replaced(visit: Visit, *, status: int = 200) -> Response:
    return visit.show("replaced.html", status=status, typed={})


def _match(visit: Visit, holder: Holder) -> OwnMatch | None:
    """The match the link is about, while its round is out; None when it was replaced. Raises NotThere."""
    assert holder.match_id is not None  # noqa: S101  # every such link is about a match
    if answers.standing(visit.db, holder.match_id, holder.person_id) == "replaced":
        return None
    for match in own.matches(visit.db, holder.person_id):
        if match.is_out and match.id == holder.match_id:
            return match
    raise NotThere("This match is over, so nothing was changed.")
