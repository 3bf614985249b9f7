"""The page that says that the service is not available. It can be shown without the scheme."""

from starlette.requests import Request
from starlette.responses import Response

from coffee.mail.letters.letter import Office
from coffee.web.http import page
from coffee.web.http.query import question


def unavailable(request: Request, office: Office, status: int = 503) -> Response:
    """Say in the visitor's language that nothing was changed, and what to do."""
    asked = question(request.scope)
    context = {"saving": request.method == "POST"}
    return page.page(
        "unavailable.html", asked.language(None), office, asked.link(office.base_url), context, status=status
    )


def nobody(base_url: str = "") -> Office:
    """Return the office to show while the scheme cannot be read: it names nobody."""
    return Office(base_url, "", "", "Coffee trial")
