"""The page "Check your email": it shows the address a letter went to and offers ways to correct it.

The details typed before travel in hidden fields and the body of a request, never in an address.
"""

from starlette.responses import Response

from coffee.roster import cells, mistyped
from coffee.web.http.form import Form
from coffee.web.http.visit import Visit

TYPED = ("name", "organisation", "role", "topics", "phone", "chat_id", "shares", "language", "agree")


def show(visit: Visit) -> Response:
    """Show the address and, if it looks mistyped, a suggestion. Nothing in the form is saved."""
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
    """The form with the suggested address in place of the one typed, if that button was pressed."""
    suggested = form.text("instead")
    return form.with_value("email", suggested) if suggested else form


def hidden(form: Form) -> list[tuple[str, str]]:
    """The hidden fields that send the form again.

    Name and address also go as `first_…`, because they may be changed.
    """
    first = [(f"first_{name}", form.text(name)) for name in ("email", "name")]
    return [*((name, value) for name in TYPED for value in form.all(name)), *first]
