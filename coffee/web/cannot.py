"""Cannot this time: from the introduction, or from one's own page. The partner can then be matched anew."""

from starlette.responses import Response

from coffee.scheme import NotThere, own, wishes
from coffee.scheme.own import OwnMatch
from coffee.scheme.tokens import Holder
from coffee.web.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Whom it is about, and a button."""
    return visit.show("cannot.html", match=_match(visit, holder))


def save(visit: Visit, holder: Holder) -> Response:
    """Note it, or take it back. The first time it was said stands."""
    match, can = _match(visit, holder), visit.form.text("can") == "yes"
    wishes.cannot(visit.db, match.id, holder.person_id, None if can else visit.now)
    return visit.go(visit.path)


def _match(visit: Visit, holder: Holder) -> OwnMatch:
    """The match the link is about, while its round is out. Raises NotThere."""
    for match in own.matches(visit.db, holder.person_id):
        if match.is_out and match.id == holder.match_id:
            return match
    raise NotThere("This match is over or was replaced, so nothing was changed.")
