"""One visit to a participants' page, and the desk that receives it.

A desk holds what all visits share. It reads the form, checks the link, opens the scheme (for reading on a GET, for
writing on a POST) and hands a Visit to the page's own function.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from http import HTTPMethod
from typing import TypeVar
from urllib.parse import quote

from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Send
from starlette.types import Scope as Asked

from coffee.mail.letters.letter import Office
from coffee.scheme import NotThere, Scheme, SchemeError, answers, tokens
from coffee.scheme.answers import Talk
from coffee.scheme.proof import prove
from coffee.scheme.tokens import Holder, Purpose
from coffee.text.language import Language
from coffee.web.http import broken, page
from coffee.web.http.client_address import network
from coffee.web.http.database import Lane, Reader
from coffee.web.http.form import Form, Unreadable, read
from coffee.web.http.limits import WRONG_LINKS, Tries
from coffee.web.http.page import Links, Page
from coffee.web.http.query import Question, question
from coffee.web.http.unsigned import Unsigned

log = logging.getLogger(__name__)


@dataclass
class Visit:
    """Who came, what they typed, and the transaction their page may use.

    A page depends on nothing but the scheme, the address asked for, the languages the browser likes, and what it takes
    from `now` or `where`.
    """

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
        """Whether a form came only to be shown again, in another language or to be corrected: nothing may change."""
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
        """The day of the visit, where the scheme is."""
        return self.office.place.day(self.now)

    @cached_property
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
        return self.question.fields.get("done", "")

    @property
    def can_be_kept(self) -> bool:
        """Whether the page would be the same at another time and for somebody else at the same address."""
        return not {"now", "where"} & vars(self).keys()

    def say(self, text: str, **values: object) -> str:
        """`text` in the visitor's language."""
        return self.language.say(text, **values)

    @cached_property
    def link(self) -> Links:
        """The address of a page of ours, in the language chosen on the page."""
        return self.question.link(self.office.base_url)

    def show(self, template: str, *, status: int = 200, **context: object) -> Response:
        """A page."""
        shown = {"here": self.link(self.path)} | context
        return page.page(template, self.language, self.office, self.link, shown, status=status)

    def go(self, path: str, **query: str) -> Response:
        """On to a page of ours."""
        return page.elsewhere(self.link(path, **query))

    def send_on(self, path: str, **query: str) -> Response:
        """On to a page of ours that shows what was typed: browsers send the form there again, out of the address."""
        return page.elsewhere(self.link(path, **query), status=307)


UNSENT = "unsent"  # the name of buttons that show a form again as it was typed
TAKEN = ("GET", "HEAD", "POST")
Open = Callable[[Visit], Response]
Held = Callable[[Visit, Holder], Response]
About = Callable[[Visit, Talk], Response]
Found = TypeVar("Found", Holder, Talk)
Find = Callable[[Database, Purpose, str, Callable[[], datetime]], Found | None]


@dataclass(frozen=True)
class Desk:
    """What all visits share: the scheme, what letters say of the organiser, the clock, and who tried how often.

    `unread` takes the office's place on the page that says that the scheme cannot be read.
    """

    scheme: Scheme
    office: Callable[[Database], Office]
    clock: Callable[[], datetime]
    unread: Office = field(default_factory=broken.nobody)
    tries: Tries = field(default_factory=Tries)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.scheme, self.office)

    @cached_property
    def _lane(self) -> Lane:
        return Lane(self.scheme)

    def open(self, path: str, *, get: Open | None = None, post: Open | None = None) -> Route:
        """A page that anybody may visit; without a `get` or a `post` it is not there for those."""
        answers = {method: answer for method, answer in (("GET", get), ("POST", post)) if answer}
        return Route(path, Window(self, answers), methods=["GET", "POST"])

    def refused(self, path: str) -> Route:
        """What answers methods that no form and no link of ours uses: a page as private as every other."""

        async def endpoint(request: Request) -> Response:
            answer = self._refuse(request, "wrong_method.html", 405)
            answer.headers["Allow"] = ", ".join(TAKEN)
            return answer

        return Route(path, endpoint, methods=[method for method in HTTPMethod if method not in TAKEN])

    def held(
        self, path: str, purpose: Purpose, *, get: Held | None = None, post: Held | None = None, proves: bool = True
    ) -> Route:
        """A page for whoever holds a link of this purpose; `path` has a {token}. To anybody else it is not there.

        Whoever sends its form proves the address that the link was mailed to, unless the page itself decides that.
        """
        check = partial(self._checked, tokens.find, purpose)
        return self.open(path, get=check(get), post=check(post, proves))

    def about(self, path: str, purpose: Purpose, *, get: About, post: About) -> Route:
        """The same for a link that is about a match."""
        check = partial(self._checked, answers.talk_behind, purpose)
        return self.open(path, get=check(get), post=check(post, True))

    def _checked(
        self,
        find: Find[Found],
        purpose: Purpose,
        answer: Callable[[Visit, Found], Response] | None,
        proves: bool = False,
    ) -> Open | None:
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

    async def receive(self, request: Request, answers: Mapping[str, Open]) -> Response:
        """The answer to one request. A form that is only to be shown again is answered without a right to write."""
        try:
            if request.method != "POST":
                return self._look(request, answers.get("GET", dead_link))  # takes less time than handing it to a thread
            form = await read(request)
            if UNSENT in form.given and "GET" in answers:
                return self._look(request, answers["GET"], form)
            return await self._lane.write(lambda db: self._answer(db, request, form, answers.get("POST", dead_link)))
        except Unreadable as problem:
            return self._refuse(request, "unreadable.html", problem.status)
        except NotThere:
            return self._refuse(request, "dead_link.html", 404)
        except Unsigned:
            return self._refuse(request, "not_open.html", 503)
        except SchemeError as error:
            log.warning("A participant's page is not available: %s", error)
            return broken.unavailable(request, self._office_if_readable())

    def _look(self, request: Request, answer: Open, unsent: Form | None = None) -> Response:
        asked, view = question(request.scope), self._reader.view()
        if unsent is None and (said := view.kept.get((request.scope["path"], asked))):
            return said
        try:
            visit = self._visit(view.db, view.office, request, asked, unsent or Form(asked.fields))
            answered = answer(visit)
        except Exception as error:
            self._reader.explain(error)
            raise
        if unsent is None and isinstance(answered, Page) and answered.status_code == 200 and visit.can_be_kept:
            view.kept[request.scope["path"], asked] = answered
        return answered

    def _answer(self, db: Database, request: Request, form: Form, answer: Open) -> Response:
        return answer(self._visit(db, self.office(db), request, question(request.scope), form))

    def _office_if_readable(self) -> Office:
        try:
            return self._reader.view().office
        except SchemeError:
            return self.unread

    def _refuse(self, request: Request, template: str, status: int) -> Response:
        view = self._reader.view()
        return self._visit(view.db, view.office, request, question(request.scope), Form()).show(template, status=status)

    def _visit(self, db: Database, office: Office, request: Request, asked: Question, form: Form) -> Visit:
        return Visit(db, self.scheme, office, request, asked, form, self.clock)


@dataclass(frozen=True)
class Window:
    """One path of a desk, as an ASGI application: what Starlette puts around a function costs more than a page."""

    desk: Desk
    answers: Mapping[str, Open]

    async def __call__(self, asked: Asked, receive: Receive, send: Send) -> None:
        request = Request(asked, receive)
        answer = await self.desk.receive(request, self.answers)
        await answer(asked, receive, send)


def dead_link(visit: Visit) -> Response:
    """The same answer to a link that never was, is too old, was revoked, or belonged to somebody who is erased."""
    return visit.show("dead_link.html", status=404)
