"""No more letters: one press in the mail program (RFC 8058) or a button on a page, and a button to undo it."""

from starlette.responses import Response

from coffee.scheme import opt_outs
from coffee.scheme.tokens import Holder
from coffee.web.http.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Whether letters come, and the button for the opposite. Mail scanners open this, so it changes nothing."""
    return _page(visit, opt_outs.unsubscribed(visit.db, holder.person_id), done=None)


def save(visit: Visit, holder: Holder) -> Response:
    """Stop the letters, or start them again when the page's own button says so.

    Answers at once, never with a redirect: mail programs do not follow one after a one-click POST.
    """
    again = visit.form.text("letters") == "again"
    opt_outs.unsubscribe(visit.db, holder.person_id, None if again else visit.now)
    said = visit.say("You will get letters again.") if again else visit.say("You will get no more letters from us.")
    return _page(visit, not again, done=said)


def _page(visit: Visit, stopped: bool, *, done: str | None) -> Response:
    return visit.show("unsubscribe.html", stopped=stopped, done=done)
