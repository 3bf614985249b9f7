"""The requests for participants' pages: read the form, check the link, open the scheme and call the page's function.

A GET opens the scheme for reading, a POST for writing; each request has a connection of its own, on a thread.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from http import HTTPMethod
from typing import TypeVar
from urllib.parse import quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coffee.mail.letters.letter import Office
from coffee.scheme import NotThere, Scheme, SchemeError, answers, tokens
from coffee.scheme.answers import Talk
from coffee.scheme.proof import prove
from coffee.scheme.tokens import Holder, Purpose
from coffee.text.language import Language
from coffee.web.http import broken, page
from coffee.web.http.client_address import network
from coffee.web.http.form import Form, Unreadable, read
from coffee.web.http.limits import WRONG_LINKS, Tries
from coffee.web.http.page import Links
from coffee.web.http.query import Question, question
from coffee.web.http.unsigned import Unsigned

log = logging.getLogger(__name__)


@dataclass
class Visit:
    """One request for a page: the transaction it may use, the address asked for, and the form that came with it."""

    db: Database
    scheme: Scheme
    office: Office
    request: Request
    question: Question
    form: Form
    clock: Callable[[], datetime]
    spoken: str | None = None

    @property
    def is_unsent(self) -> bool:
        """True when a form is only to be shown again, in another language or to be corrected; nothing may change."""
        return self.request.method == "POST" and UNSENT in self.form.given

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.question.language(self.spoken)

    @property
    def token(self) -> str:
        """The token in the address."""
        return str(self.request.path_params["token"])

    @cached_property
    def now(self) -> datetime:
        """The time of the visit."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day of the visit in the time zone of the scheme."""
        return self.office.place.day(self.now)

    @cached_property
    def where(self) -> str:
        """The network the visit comes from."""
        return network(self.request)

    @property
    def path(self) -> str:
        """The path of the address visited, quoted."""
        return quote(str(self.request.scope["path"]))

    @property
    def asked(self) -> str:
        """The value of ?done=, by which a page says what was just done."""
        return self.question.fields.get("done", "")

    def say(self, text: str, **values: object) -> str:
        """Translate `text` into the visitor's language."""
        return self.language.say(text, **values)

    @cached_property
    def link(self) -> Links:
        """A builder of links to our pages that keep the chosen language."""
        return self.question.link(self.office.base_url)

    def show(self, template: str, *, status: int = 200, **context: object) -> Response:
        """Fill a template as the answer."""
        shown = {"here": self.link(self.path)} | context
        return page.page(template, self.language, self.office, self.link, shown, status=status)

    def go(self, path: str, **query: str) -> Response:
        """Send the browser on to a page of ours."""
        return page.elsewhere(self.link(path, **query))

    def send_on(self, path: str, **query: str) -> Response:
        """Send the browser on to a page of ours with its form, which stays out of the address."""
        return page.elsewhere(self.link(path, **query), status=307)


UNSENT = "unsent"  # the name of buttons that show a form again as it was typed
TAKEN = ("GET", "HEAD", "POST")
Handler = Callable[[Visit], Response]
HolderHandler = Callable[[Visit, Holder], Response]
MatchHandler = Callable[[Visit, Talk], Response]
Found = TypeVar("Found", Holder, Talk)
Opened = Callable[[], AbstractContextManager[Database]]
Find = Callable[[Database, Purpose, str, Callable[[], datetime]], Found | None]


@dataclass(frozen=True)
class Pages:
    """Makes the routes of participants' pages, and answers their requests from one scheme.

    `office` reads what pages say of the organiser; `unread` stands in for it while the scheme cannot be read.
    """

    scheme: Scheme
    office: Callable[[Database], Office]
    clock: Callable[[], datetime]
    unread: Office = field(default_factory=broken.nobody)
    tries: Tries = field(default_factory=Tries)
    _writing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    def public(self, path: str, *, get: Handler | None = None, post: Handler | None = None) -> Route:
        """Return the route of a page that anybody may visit. A missing `get` or `post` is answered as a dead link."""

        async def endpoint(request: Request) -> Response:
            if request.method == "POST":
                return await self._receive(request, get, post or dead_link)
            return await self._safely(request, self._read(request, get or dead_link))

        return Route(path, endpoint, methods=["GET", "POST"])

    def refused_methods(self, path: str) -> Route:
        """Return the route for methods that no form and no link of ours uses. Its page is as private as the others."""

        async def endpoint(request: Request) -> Response:
            answer = await self._safely(request, self._refuse(request, "wrong_method.html", 405))
            answer.headers["Allow"] = ", ".join(TAKEN)
            return answer

        return Route(path, endpoint, methods=[method for method in HTTPMethod if method not in TAKEN])

    def by_link(
        self,
        path: str,
        purpose: Purpose,
        *,
        get: HolderHandler | None = None,
        post: HolderHandler | None = None,
        proves: bool = True,
    ) -> Route:
        """Return the route of a page for whoever holds a link of this purpose; `path` has a {token}.

        Sending its form proves the address that the link was mailed to, unless `proves` is false.
        """
        check = partial(self._checked, tokens.find, purpose)
        return self.public(path, get=check(get), post=check(post, proves))

    def by_match_link(self, path: str, purpose: Purpose, *, get: MatchHandler, post: MatchHandler) -> Route:
        """Return the route of a page for whoever holds a link about a match."""
        check = partial(self._checked, answers.talk_behind, purpose)
        return self.public(path, get=check(get), post=check(post, True))

    def _checked(
        self,
        find: Find[Found],
        purpose: Purpose,
        answer: Callable[[Visit, Found], Response] | None,
        proves: bool = False,
    ) -> Handler | None:
        if answer is None:
            return None

        def checked(visit: Visit) -> Response:
            found = find(visit.db, purpose, visit.token, lambda: visit.now)
            if found:
                visit.spoken = found.language
                if proves:
                    prove(visit.db, found.person_id)
                return answer(visit, found)
            if self.tries.too_many(WRONG_LINKS, visit.where):  # others behind the same address keep their links
                return visit.show("busy.html", status=429)
            self.tries.count(WRONG_LINKS, visit.where)
            return dead_link(visit)

        return checked

    async def _receive(self, request: Request, get: Handler | None, post: Handler) -> Response:
        """Answer a form. One that is only to be shown again is answered as a GET, which cannot write."""
        try:
            form = await read(request)
        except Unreadable as problem:
            return await self._safely(request, self._refuse(request, "unreadable.html", problem.status))
        if get and UNSENT in form.given:
            return await self._safely(request, self._read(request, get, form))
        return await self._safely(request, self._write(request, post, form))

    async def _safely(self, request: Request, answer: Awaitable[Response]) -> Response:
        try:
            return await answer
        except NotThere:
            return await self._safely(request, self._refuse(request, "dead_link.html", 404))
        except Unsigned:
            return await self._safely(request, self._refuse(request, "not_open.html", 503))
        except SchemeError as error:
            log.warning("A participant's page is not available: %s", error)
            return broken.unavailable(request, await run_in_threadpool(self._office_if_readable))

    async def _read(self, request: Request, answer: Handler, form: Form | None = None) -> Response:
        return await run_in_threadpool(self._answer, self.scheme.reading, request, answer, form)

    async def _write(self, request: Request, answer: Handler, form: Form) -> Response:
        """Save one form after the other, first come, first served: SQLite lets those who wait compete."""
        return await run_sync(self._answer, self.scheme.writing, request, answer, form, limiter=self._writing)

    async def _refuse(self, request: Request, template: str, status: int) -> Response:
        return await self._read(request, lambda visit: visit.show(template, status=status), Form())

    def _answer(self, opened: Opened, request: Request, answer: Handler, form: Form | None) -> Response:
        asked = question(request.scope)
        with opened() as db:
            shown = Form(asked.fields) if form is None else form
            return answer(Visit(db, self.scheme, self.office(db), request, asked, shown, self.clock))

    def _office_if_readable(self) -> Office:
        try:
            with self.scheme.reading() as db:
                return self.office(db)
        except SchemeError:
            return self.unread


def dead_link(visit: Visit) -> Response:
    """Show the page for a link that never existed, is too old, was revoked, or belonged to somebody now erased."""
    return visit.show("dead_link.html", status=404)
