"""The addresses of participants' pages. A GET changes nothing; whatever changes something is a POST."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlite_utils import Database
from starlette.routing import BaseRoute

from coffee.mail.letters import Office
from coffee.scheme import Scheme
from coffee.web import (
    address,
    ask,
    cannot,
    erase,
    feedback,
    join,
    me,
    notices,
    proof,
    screen,
    sent,
    skip,
    suggestion,
    unsubscribe,
)
from coffee.web.broken import nobody
from coffee.web.visit import Desk, dead_link


def participant_routes(
    scheme: Scheme, office: Callable[[Database], Office], clock: Callable[[], datetime], base_url: str = ""
) -> list[BaseRoute]:
    """`/join` and everything below `/p/`, and for the organiser `/screen`, which the gate has to guard.

    `office` reads what pages and letters say of the organiser, so that a change in Settings shows at once. `base_url`
    is for the page that says that the scheme cannot be read.
    """
    desk = Desk(scheme, office, clock, nobody(base_url))
    return [  # tried in this order, so what most letters lead to comes first
        desk.about("/p/feedback/{token}", "feedback", get=feedback.show, post=feedback.save),
        desk.open("/join", get=join.show, post=partial(join.save, tries=desk.tries)),
        desk.open("/p/sent", get=sent.look, post=sent.look),
        desk.held("/p/confirm/{token}", "confirm", get=proof.show_joining, post=proof.join, proves=False),
        desk.held("/p/address/{token}", "address", get=proof.show_address, post=proof.use_address, proves=False),
        desk.open("/p/me", get=ask.show, post=partial(ask.send, tries=desk.tries)),
        *_own_page(desk),
        desk.open("/p/erased", get=erase.erased),
        desk.about("/p/cannot/{token}", "cannot", get=cannot.show, post=cannot.save),
        desk.held("/p/unsubscribe/{token}", "unsubscribe", get=unsubscribe.show, post=unsubscribe.save),
        *(desk.open(f"/p/{name}", get=notices.notice(name)) for name in notices.NOTICES),
        desk.open("/p/poster", get=notices.poster),
        desk.open("/screen", get=screen.show, post=screen.save),
        desk.open("/p/{anything:path}", get=dead_link, post=dead_link),
        *(desk.refused(path) for path in ("/join", "/p/{anything:path}", "/screen")),
    ]


def _own_page(desk: Desk) -> list[BaseRoute]:
    page = "/p/me/{token}"
    return [
        desk.held(page, "me", get=me.show),
        *(desk.held(f"{page}/{name}", "me", post=me.act(name)) for name in me.ACTS),
        desk.held(f"{page}/skip/{{round}}", "me", get=skip.show, post=skip.save),
        desk.held(f"{page}/renew", "me", post=me.renew),
        desk.held(f"{page}/pause", "me", get=me.show, post=me.pause),
        desk.held(f"{page}/still", "me", get=me.ask_still, post=me.say_still),
        desk.held(f"{page}/details", "me", get=me.show_details, post=me.save_details),
        desk.held(  # whoever asks for another address says nothing for the one of today
            f"{page}/address", "me", get=address.show, post=partial(address.send, tries=desk.tries), proves=False
        ),
        desk.held(f"{page}/typed", "me", get=suggestion.show, post=suggestion.decide),
        desk.held(f"{page}/data", "me", get=erase.data),
        desk.held(f"{page}/erase", "me", get=erase.show, post=erase.erase),
        desk.held(f"{page}/feedback/{{match}}", "me", get=me.about(feedback.show), post=me.about(feedback.save)),
        desk.held(f"{page}/cannot/{{match}}", "me", get=me.about(cannot.show), post=me.about(cannot.save)),
    ]
