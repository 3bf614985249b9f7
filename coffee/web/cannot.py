"""Cannot this time: from the introduction, or from one's own page. The partner can then be matched anew."""

from starlette.responses import Response

from coffee.scheme import answers, own, wishes
from coffee.scheme.own import OwnMatch
from coffee.scheme.tokens import Holder
from coffee.web.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Whom it is about, and a button."""
    return _over(visit, holder) or visit.show("cannot.html", match=_match(visit, holder))


def save(visit: Visit, holder: Holder) -> Response:
    """Note it, or take it back. The first time it was said stands."""
    if over := _over(visit, holder, status=409):
        return over
    match, can = _match(visit, holder), visit.form.text("can") == "yes"
    wishes.cannot(visit.db, match.id, holder.person_id, None if can else visit.now)
    return visit.go(visit.path)


def _over(visit: Visit, holder: Holder, *, status: int = 200) -> Response | None:
    """The page that says why nothing can be changed any more; None while the round is out."""
    assert holder.match_id is not None  # noqa: S101  # every such link is about a match
    standing = answers.standing(visit.db, holder.match_id, holder.person_id)
    return None if standing == "open" else visit.show(f"{standing}.html", status=status, typed={})


def _match(visit: Visit, holder: Holder) -> OwnMatch:
    return next(match for match in own.matches(visit.db, holder.person_id) if match.id == holder.match_id)
