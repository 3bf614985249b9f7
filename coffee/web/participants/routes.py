"""The routes of participants' pages. GET never changes anything; every change is a POST."""

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
    """The routes of `/join`, everything below `/p/`, and `/screen`, which is for organisers: the gate must guard it.

    `office` reads the organiser's details, so that a change in Settings shows at once. `base_url` is for the page shown
    when the scheme cannot be read.
    """
    pages = Pages(scheme, office, clock, nobody(base_url))
    return [  # tried in this order: the page that most letters link to comes first
        pages.by_match_link("/p/feedback/{token}", "feedback", get=feedback.show, post=feedback.save),
        pages.public("/join", get=join.show, post=partial(join.save, tries=pages.tries)),
        pages.public("/p/sent", get=check_email.show, post=check_email.show),
        pages.by_link("/p/confirm/{token}", "confirm", get=confirm.show_joining, post=confirm.join, proves=False),
        pages.by_link(
            "/p/address/{token}", "address", get=confirm.show_address, post=confirm.use_address, proves=False
        ),
        pages.public("/p/me", get=link_again.show, post=partial(link_again.send, tries=pages.tries)),
        *_own_page(pages),
        pages.public("/p/erased", get=erase.erased),
        pages.by_match_link("/p/cannot/{token}", "cannot", get=cannot.show, post=cannot.save),
        pages.by_link("/p/unsubscribe/{token}", "unsubscribe", get=unsubscribe.show, post=unsubscribe.save),
        *(pages.public(f"/p/{name}", get=statements.notice(name)) for name in statements.NOTICES),
        pages.public("/p/poster", get=statements.poster),
        pages.public("/screen", get=big_screen.show, post=big_screen.save),
        pages.public("/p/{anything:path}", get=dead_link, post=dead_link),
        *(pages.refused_methods(path) for path in ("/join", "/p/{anything:path}", "/screen")),
    ]


def _own_page(pages: Pages) -> list[BaseRoute]:
    page = "/p/me/{token}"
    return [
        pages.by_link(page, "me", get=own_page.show),
        *(pages.by_link(f"{page}/{name}", "me", post=own_page.act(name)) for name in own_page.ACTS),
        pages.by_link(f"{page}/skip/{{round}}", "me", get=skip.show, post=skip.save),
        pages.by_link(f"{page}/renew", "me", post=own_page.renew),
        pages.by_link(f"{page}/pause", "me", get=own_page.show, post=own_page.pause),
        pages.by_link(f"{page}/still", "me", get=own_page.ask_if_still_in, post=own_page.confirm_still_in),
        pages.by_link(f"{page}/details", "me", get=own_page.show_details, post=own_page.save_details),
        pages.by_link(  # asking for another address does not prove the current one
            f"{page}/address", "me", get=address.show, post=partial(address.send, tries=pages.tries), proves=False
        ),
        pages.by_link(f"{page}/typed", "me", get=suggestion.show, post=suggestion.decide),
        pages.by_link(f"{page}/data", "me", get=erase.data),
        pages.by_link(f"{page}/erase", "me", get=erase.show, post=erase.erase),
        pages.by_link(
            f"{page}/feedback/{{match}}",
            "me",
            get=own_page.for_own_match(feedback.show),
            post=own_page.for_own_match(feedback.save),
        ),
        pages.by_link(
            f"{page}/cannot/{{match}}",
            "me",
            get=own_page.for_own_match(cannot.show),
            post=own_page.for_own_match(cannot.save),
        ),
    ]
