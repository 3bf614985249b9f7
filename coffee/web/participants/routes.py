"""The addresses of participants' pages. A GET changes nothing; whatever changes something is a POST."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlite_utils import Database
from starlette.routing import BaseRoute

from coffee.mail.letters.letter import Office
from coffee.scheme import Scheme
from coffee.web.http.broken import nobody
from coffee.web.http.visit import Pages, dead_link
from coffee.web.participants import (
    address,
    big_screen,
    cannot,
    check_email,
    confirm,
    erase,
    feedback,
    join,
    link_again,
    own_page,
    skip,
    statements,
    suggestion,
    unsubscribe,
)


def participant_routes(
    scheme: Scheme, office: Callable[[Database], Office], clock: Callable[[], datetime], base_url: str = ""
) -> list[BaseRoute]:
    """`/join` and everything below `/p/`, and for the organiser `/screen`, which the gate has to guard.

    `office` reads what pages and letters say of the organiser, so that a change in Settings shows at once. `base_url`
    is for the page that says that the scheme cannot be read.
    """
    desk = Pages(scheme, office, clock, nobody(base_url))
    return [  # tried in this order, so what most letters lead to comes first
        desk.about("/p/feedback/{token}", "feedback", get=feedback.show, post=feedback.save),
        desk.open("/join", get=join.show, post=partial(join.save, tries=desk.tries)),
        desk.open("/p/sent", get=check_email.show, post=check_email.show),
        desk.held("/p/confirm/{token}", "confirm", get=confirm.show_joining, post=confirm.join, proves=False),
        desk.held("/p/address/{token}", "address", get=confirm.show_address, post=confirm.use_address, proves=False),
        desk.open("/p/me", get=link_again.show, post=partial(link_again.send, tries=desk.tries)),
        *_own_page(desk),
        desk.open("/p/erased", get=erase.erased),
        desk.about("/p/cannot/{token}", "cannot", get=cannot.show, post=cannot.save),
        desk.held("/p/unsubscribe/{token}", "unsubscribe", get=unsubscribe.show, post=unsubscribe.save),
        *(desk.open(f"/p/{name}", get=statements.notice(name)) for name in statements.NOTICES),
        desk.open("/p/poster", get=statements.poster),
        desk.open("/screen", get=big_screen.show, post=big_screen.save),
        desk.open("/p/{anything:path}", get=dead_link, post=dead_link),
        *(desk.refused(path) for path in ("/join", "/p/{anything:path}", "/screen")),
    ]


def _own_page(desk: Pages) -> list[BaseRoute]:
    page = "/p/me/{token}"
    return [
        desk.held(page, "me", get=own_page.show),
        *(desk.held(f"{page}/{name}", "me", post=own_page.act(name)) for name in own_page.ACTS),
        desk.held(f"{page}/skip/{{round}}", "me", get=skip.show, post=skip.save),
        desk.held(f"{page}/renew", "me", post=own_page.renew),
        desk.held(f"{page}/pause", "me", get=own_page.show, post=own_page.pause),
        desk.held(f"{page}/still", "me", get=own_page.ask_if_still_in, post=own_page.confirm_still_in),
        desk.held(f"{page}/details", "me", get=own_page.show_details, post=own_page.save_details),
        desk.held(  # whoever asks for another address says nothing for the one of today
            f"{page}/address", "me", get=address.show, post=partial(address.send, tries=desk.tries), proves=False
        ),
        desk.held(f"{page}/typed", "me", get=suggestion.show, post=suggestion.decide),
        desk.held(f"{page}/data", "me", get=erase.data),
        desk.held(f"{page}/erase", "me", get=erase.show, post=erase.erase),
        desk.held(
            f"{page}/feedback/{{match}}", "me", get=own_page.about(feedback.show), post=own_page.about(feedback.save)
        ),
        desk.held(f"{page}/cannot/{{match}}", "me", get=own_page.about(cannot.show), post=own_page.about(cannot.save)),
    ]
