"""Say that you cannot meet this time, from the introduction or your own page, so that others can be rematched."""

from starlette.responses import Response

from coffee.scheme import opt_outs, own_data, people
from coffee.scheme.answers import Talk
from coffee.scheme.own_data import OwnMatch
from coffee.web.http.visit import Visit


def show(visit: Visit, talk: Talk) -> Response:
    """Show the partners and a button, or the reason why it is too late."""
    return _over(visit, talk) or visit.show(
        "cannot.html", match=_match(visit, talk), takes_part=_takes_part(visit, talk.person_id)
    )


def save(visit: Visit, talk: Talk) -> Response:
    """Record that the person cannot meet, or can after all. Saying it again keeps the time of the first."""
    if over := _over(visit, talk, status=409):
        return over
    can = visit.form.text("can") == "yes"
    opt_outs.cannot(visit.db, talk.match_id, talk.person_id, None if can else visit.now)
    return visit.go(visit.path)


def _over(visit: Visit, talk: Talk, *, status: int = 200) -> Response | None:
    """The page that says why the match can no longer be changed, or None while its round is out."""
    return None if talk.state == "open" else visit.show(f"{talk.state}.html", status=status, unsaved={})


def _takes_part(visit: Visit, person_id: int) -> bool:
    """Return whether the next draw may include this person."""
    person = people.person(visit.db, person_id, visit.today)
    leaves_out = person["unsubscribed_at"] or opt_outs.skips(visit.db, person_id)
    return person["status"] == "active" and not leaves_out


def _match(visit: Visit, talk: Talk) -> OwnMatch:
    return next(match for match in own_data.matches(visit.db, talk.person_id) if match.id == talk.match_id)
