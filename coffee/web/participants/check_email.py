"""Check your email: the address a letter goes to, what may be wrong with it, and the ways to put that right.

What was typed travels in the body of the request and in hidden fields, never in an address.
"""

from starlette.responses import Response

from coffee.roster import cells, mistyped
from coffee.web.http.form import Form
from coffee.web.http.visit import Visit

TYPED = ("name", "organisation", "role", "topics", "phone", "chat_id", "shares", "language", "agree")


def show(visit: Visit) -> Response:
    """The page for whoever asked for a letter. A form sent on to here has what they typed; nothing of it is kept."""
    form = corrected(visit.form) if visit.request.method == "POST" else Form()
    email = cells.email(form.text("email")).value
    room = visit.question.fields.get("room", "")
    return visit.show(
        "check_email.html",
        after=visit.asked,
        form=Form.filled([("email", email)]),
        email=email,
        suggestion=mistyped.likely(email),
        hidden=hidden(form),
        action=visit.link("/join", **({"room": room} if room else {})) if form.text("name") else visit.link("/p/me"),
        joins=bool(form.text("name")),
    )


def corrected(form: Form) -> Form:
    """The form with the address that was suggested in place of the one typed, if that button was pressed."""
    suggested = form.text("instead")
    return form.with_value("email", suggested) if suggested else form


def hidden(form: Form) -> list[tuple[str, str]]:
    """What was typed, to be sent again unseen; the address and the name as the `first` ones, that may be mended."""
    first = [(f"first_{name}", form.text(name)) for name in ("email", "name")]
    return [*((name, value) for name in TYPED for value in form.all(name)), *first]
