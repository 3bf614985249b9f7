"""One visit to a participants' page, and the desk that receives it.

A desk holds what all visits share. It reads the form, checks the link, opens the scheme (for reading on a GET, for
writing on a POST) and hands a Visit to the page's own function.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from http import HTTPMethod
from urllib.parse import quote, urlencode

from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coffee.mail.letters import Office
from coffee.scheme import Busy, NotThere, Scheme, Unwritable, tokens
from coffee.scheme.tokens import Holder, Purpose
from coffee.web import page
from coffee.web.form import Form, Unreadable, read
from coffee.web.lane import Lane, Reader
from coffee.web.language import Language, accepted, named
from coffee.web.letters import Unsigned
from coffee.web.network import network
from coffee.web.page import Links
from coffee.web.tries import WRONG_LINKS, Tries


@dataclass(frozen=True)
class Visit:
    """Who came, what they typed, and the transaction their page may use."""

    db: Database
    scheme: Scheme
    office: Office
    request: Request
    form: Form
    language: Language
    now: datetime

    @property
    def token(self) -> str:
        """The token in the address."""
        return str(self.request.path_params["token"])

    @property
    def where(self) -> str:
        """The network the visit comes from."""
        return network(self.request)

    @property
    def path(self) -> str:
        """The address visited, without what is behind the question mark."""
        return quote(str(self.request.scope["path"]))

    @property
    def asked(self) -> str:
        """A word of the page's own behind ?done=, so that it can say what was just done."""
        return self.request.query_params.get("done", "")

    def say(self, text: str, **values: object) -> str:
        """`text` in the visitor's language."""
        return self.language.say(text, **values)

    @cached_property
    def link(self) -> Links:
        """The address of a page of ours, in the language chosen on the page."""
        chosen = named(self.request.query_params.get("lang"))
        asked = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return Links(self.office.base_url, chosen.code if chosen else "", urlencode(asked))

    def show(self, template: str, *, status: int = 200, **context: object) -> Response:
        """A page."""
        shown = {"form": None, "done": None, "here": self.link(self.path)}
        return page.page(template, self.language, self.office, self.link, shown | context, status=status)

    def go(self, path: str, **query: str) -> Response:
        """On to a page of ours."""
        return page.elsewhere(self.link(path, **query))


TAKEN = ("GET", "HEAD", "POST")
Open = Callable[[Visit], Response]
Held = Callable[[Visit, Holder], Response]


@dataclass(frozen=True)
class Desk:
    """What all visits share: the scheme, what letters say of the organiser, the clock, and who tried how often."""

    scheme: Scheme
    office: Callable[[Database], Office]
    clock: Callable[[], datetime]
    tries: Tries = field(default_factory=Tries)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.scheme)

    @cached_property
    def _lane(self) -> Lane:
        return Lane(self.scheme)

    def open(self, path: str, *, get: Open | None = None, post: Open | None = None) -> Route:
        """A page that anybody may visit."""
        answers = {method: answer for method, answer in (("GET", get), ("POST", post)) if answer}

        async def endpoint(request: Request) -> Response:
            return await self._receive(request, answers["POST" if request.method == "POST" else "GET"])

        return Route(path, endpoint, methods=list(answers))

    def refused(self, path: str) -> Route:
        """What answers methods that no form and no link of ours uses: a page as private as every other."""

        async def endpoint(request: Request) -> Response:
            answer = self._refuse(request, "not_so.html", 405)
            answer.headers["Allow"] = ", ".join(TAKEN)
            return answer

        return Route(path, endpoint, methods=[method for method in HTTPMethod if method not in TAKEN])

    def held(self, path: str, purpose: Purpose, *, get: Held | None = None, post: Held | None = None) -> Route:
        """A page for whoever holds a link of this purpose; `path` has a {token}. To anybody else it is not there."""
        return self.open(path, get=self._checked(purpose, get), post=self._checked(purpose, post))

    def _checked(self, purpose: Purpose, answer: Held | None) -> Open | None:
        if answer is None:
            return None

        def checked(visit: Visit) -> Response:
            holder = tokens.find(visit.db, purpose, visit.token, visit.now)
            if holder:
                return answer(_in_their_language(visit, holder), holder)
            if self.tries.too_many(WRONG_LINKS, visit.where):  # others behind the same address keep their links
                return visit.show("busy.html", status=429)
            self.tries.count(WRONG_LINKS, visit.where)
            return dead_link(visit)

        return checked

    async def _receive(self, request: Request, answer: Open) -> Response:
        try:
            if request.method == "POST":
                form = await read(request)
                return await self._lane.write(lambda db: answer(self._visit(db, request, form)))
            with self._reader.view() as db:  # takes less time than handing it to a thread
                return answer(self._visit(db, request, Form(request.query_params)))
        except Unreadable as problem:
            return self._refuse(request, "unreadable.html", problem.status)
        except NotThere:
            return self._refuse(request, "dead_link.html", 404)
        except Unsigned:
            return self._refuse(request, "not_open.html", 503)
        except (Busy, Unwritable):
            return self._refuse(request, "unavailable.html", 503)

    def _refuse(self, request: Request, template: str, status: int) -> Response:
        with self._reader.view() as db:
            return self._visit(db, request, Form()).show(template, status=status)

    def _visit(self, db: Database, request: Request, form: Form) -> Visit:
        language = named(request.query_params.get("lang")) or accepted(request.headers.get("accept-language", ""))
        return Visit(db, self.scheme, self.office(db), request, form, language, self.clock())


def dead_link(visit: Visit) -> Response:
    """The same answer to a link that never was, is too old, was revoked, or belonged to somebody who is erased."""
    return visit.show("dead_link.html", status=404)


def _in_their_language(visit: Visit, holder: Holder) -> Visit:
    """Visitors who chose no language on the page get the one that they asked for when they joined."""
    known = None if named(visit.request.query_params.get("lang")) else named(holder.language)
    return replace(visit, language=known) if known else visit
