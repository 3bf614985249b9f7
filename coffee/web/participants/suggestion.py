"""The page that offers people the details typed into the join form with their address, to use or to delete."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from coffee.scheme import people, suggestions
from coffee.scheme.suggestions import Suggestion
from coffee.scheme.tokens import Holder
from coffee.text.language import chosen
from coffee.web.http.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Show the details that are new. If there are none, go to the person's own page."""
    person = people.person(visit.db, holder.person_id, visit.today)
    suggestion = suggestions.suggested(visit.db, person)
    return _page(visit, person, suggestion) if suggestion else _back(visit)


def decide(visit: Visit, holder: Holder) -> Response:
    """Use or delete the details. If newer ones have come in, show those first: nobody accepts unseen details."""
    person = people.person(visit.db, holder.person_id, visit.today)
    suggestion = suggestions.suggested(visit.db, person)
    if suggestion is None:
        return _back(visit)
    if visit.form.text("use") != "yes":
        suggestions.drop(visit.db, holder.person_id)
        return _back(visit, "dropped")
    if visit.form.text("version") != _version(person, suggestion):
        return _page(visit, person, suggestion, changed=True)
    suggestions.accept(visit.db, person)
    return _back(visit, "details")


def _page(visit: Visit, person: dict[str, Any], suggestion: Suggestion, *, changed: bool = False) -> Response:
    typed = suggestion.details
    reachable = person | typed
    return visit.show(
        "suggestion.html",
        status=409 if changed else 200,
        changed=changed,
        typed=typed,
        ways=[way for way in typed.get("shares", ()) if reachable[way]],
        spoken=chosen(typed.get("language", "")),
        on=visit.office.place.day(datetime.fromisoformat(suggestion.at)),
        version=_version(person, suggestion),
        page=f"/p/me/{visit.token}",
    )


def _version(person: dict[str, Any], suggestion: Suggestion) -> str:
    return f"{suggestion.at} {person['version']}"


def _back(visit: Visit, done: str = "") -> Response:
    return visit.go(f"/p/me/{visit.token}", **({"done": done} if done else {}))
