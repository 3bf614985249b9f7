"""Unsubscribe: one click in a mail program (RFC 8058), or a button on a page, which also undoes it."""

from starlette.responses import Response

from coffee.scheme import opt_outs
from coffee.scheme.tokens import Holder
from coffee.web.http.visit import Visit


def show(visit: Visit, holder: Holder) -> Response:
    """Show whether letters are stopped, and a button to change that.

    Mail scanners open this page, so it changes nothing.
    """
    return _page(visit, opt_outs.unsubscribed(visit.db, holder.person_id), done=None)


def save(visit: Visit, holder: Holder) -> Response:
    """Stop letters, or start them again if that button was pressed.

    The answer is a page, not a redirect, because mail programs do not follow redirects after a one-click POST.
    """
    again = visit.form.text("letters") == "again"
    opt_outs.unsubscribe(visit.db, holder.person_id, None if again else visit.now)
    sentence = visit.say("You will get letters again.") if again else visit.say("You will get no more letters from us.")
    return _page(visit, not again, done=sentence)


def _page(visit: Visit, stopped: bool, *, done: str | None) -> Response:
    return visit.show("unsubscribe.html", stopped=stopped, done=done)
