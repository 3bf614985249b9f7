"""The page where organisers sign in, and the actions behind it.

Opening the one-time link shows a page that posts it, so that a mail scanner or a preview does not use the link up.
"""

import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from coffee.config.environment import Provider, SettingError
from coffee.scheme import SchemeError, sign_ins
from coffee.web.http.client_address import from_elsewhere, network
from coffee.web.http.form import Form, Unreadable, read
from coffee.web.organisers import openid
from coffee.web.organisers.openid import NotVouchedFor
from coffee.web.organisers.sessions import COOKIE, DEVICE, DEVICE_LASTS, ORGANISER, Organisers

log = logging.getLogger(__name__)

TRIES = RateLimitItemPerMinute(10, 5)  # wrong passwords and links from one network or device in five minutes
TRIES_OF_ALL = RateLimitItemPerMinute(200, 5, namespace="all")  # from all networks together
HASHED_AT_ONCE = 2  # passwords: each takes 32 MiB
TEMPLATES = Jinja2Templates(Path(__file__).parents[1] / "templates")
CLOSED = (
    "Nobody can sign in at the moment. Whoever runs this server finds the reason, and what to do, in the program's log."
)
GO = "document.forms[0].requestSubmit()"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; script-src 'sha256-{b64encode(sha256(GO.encode()).digest()).decode()}'"
    ),
    "Cache-Control": "no-store",
}


@dataclass
class SignInPages:
    """The routes that sign organisers in and out."""

    organisers: Organisers
    _tries: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    _hashing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HASHED_AT_ONCE))

    def routes(self, key: str) -> list[Route]:
        """The routes; `key` signs the cookie of somebody who is signing in with the organisation's account."""
        conversation = Middleware(
            openid.Conversation,
            secret_key=key,
            session_cookie="coffee_sign_in",
            max_age=openid.LASTS,
            path=f"{self._home}/",
            same_site="lax",
            https_only=self._is_https,
        )
        return [
            Route("/sign-in", self._safely(self._show), methods=["GET"]),
            Route("/sign-in", self._safely(self._sign_in), methods=["POST"]),
            Route("/sign-in/organisation", self._safely(self._ask_provider), middleware=[conversation]),
            Route("/oauth2callback", self._safely(self._hear_provider), middleware=[conversation]),
            Route("/sign-out", self._safely(self._sign_out), methods=["POST"]),
        ]

    def _safely(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return await answer(request)
            except (SchemeError, SettingError) as error:  # its text names files, which visitors need not know
                log.error("Nobody can sign in: %s", error)
                return self._printed(request, {"problem": CLOSED}, 503)

        return endpoint

    async def _show(self, request: Request) -> Response:
        link = request.query_params.get("link")
        if link is None and (await run_in_threadpool(self.organisers.identify_or_raise, request.cookies)) is not None:
            return RedirectResponse(self._inside(request.query_params.get("next")), 303)
        return self._page(request, link=link)

    def _page(
        self, request: Request, problem: str | None = None, status: int = 200, link: str | None = None
    ) -> Response:
        context = {
            "problem": problem,
            "link": link,
            "next": self._inside(request.query_params.get("next")),
            "is_open": True,
            "has_password": self.organisers.has_password,
            "openid": self._provider is not None,
            "go": GO,
        }
        return self._printed(request, context, status)

    def _printed(self, request: Request, context: Mapping[str, object], status: int) -> Response:
        around = {"home": self._home, **context}
        return TEMPLATES.TemplateResponse(request, "sign_in.html", around, status_code=status, headers=HEADERS)

    async def _sign_in(self, request: Request) -> Response:
        if from_elsewhere(request):
            return PlainTextResponse("Sign in on this site's own page.", 403)
        device = self.organisers.device(request.cookies)
        where = f"device {device}" if device else network(request)
        if not self._may_try(where, is_known=device is not None):
            return self._page(request, "There were too many wrong tries. Wait five minutes, then try again.", 429)
        try:
            form = await read(request)
        except Unreadable as unreadable:
            return self._page(request, "That could not be read. Try again.", unreadable.status)
        if problem := await to_thread.run_sync(self._problem, form, limiter=self._hashing):
            return self._page(request, problem, 403)
        self._tries.clear(TRIES, where)
        return await run_in_threadpool(self._let_in, request, ORGANISER, self._inside(form.text("next")))

    def _may_try(self, where: str, is_known: bool) -> bool:
        """Count one more try and return whether it is allowed. Tries are counted before they are checked, so that
        sending many at once gains nothing.

        A device on which an organiser has signed in before has tries of its own. Wrong tries from elsewhere, even from
        a thousand networks, cannot lock its owner out (OWASP, "Device cookies").
        """
        return self._tries.hit(TRIES, where) and (is_known or self._tries.hit(TRIES_OF_ALL, "everybody"))

    def _problem(self, form: Form) -> str | None:
        if link := form.text("link"):
            if self.organisers.use_link(link):
                return None
            return (
                "That sign-in link was used already or is from an earlier start. Use the newest link in the terminal."
            )
        if self.organisers.is_password(str(form.given.get("password", ""))):
            return None
        return "That is not the password. Try again."

    async def _ask_provider(self, request: Request) -> Response:
        if self._provider is None:
            return RedirectResponse(f"{self._home}/sign-in", 303)
        request.session["next"] = self._inside(request.query_params.get("next"))
        try:
            return await openid.ask(request, self._provider)
        except NotVouchedFor as problem:
            return self._page(request, str(problem), 502)

    async def _hear_provider(self, request: Request) -> Response:
        if self._provider is None:
            return RedirectResponse(f"{self._home}/sign-in", 303)
        try:
            who = await openid.hear(request, self._provider)
        except NotVouchedFor as problem:
            return self._page(request, str(problem), 403)
        return await run_in_threadpool(self._let_in, request, who, self._inside(request.session.pop("next", None)))

    def _let_in(self, request: Request, who: str, where: str) -> Response:
        try:
            cookie = self.organisers.sign_in(who)
        except SchemeError as error:
            return self._page(request, str(error), 503)
        response = RedirectResponse(where, 303)
        known = self.organisers.device(request.cookies)
        self._set(response, COOKIE, cookie, sign_ins.LASTS)
        self._set(response, DEVICE, self.organisers.sign_device(known), DEVICE_LASTS)
        return response

    def _set(self, response: Response, name: str, value: str, lasts: timedelta) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            path=f"{self._home}/",
            httponly=True,
            samesite="lax",
            secure=self._is_https,
        )

    async def _sign_out(self, request: Request) -> Response:
        if from_elsewhere(request):
            return PlainTextResponse("Sign out on this site's own page.", 403)
        try:
            await run_in_threadpool(self.organisers.sign_out, request.cookies)
        except SchemeError as error:
            return self._page(request, str(error), 503)
        response = RedirectResponse(f"{self._home}/sign-in", 303)
        response.delete_cookie(COOKIE, path=f"{self._home}/")
        return response

    @property
    def _home(self) -> str:
        return self.organisers.environment.home

    @property
    def _is_https(self) -> bool:
        return self.organisers.environment.base_url.startswith("https:")

    @property
    def _provider(self) -> Provider | None:
        return self.organisers.environment.provider

    def _inside(self, path: str | None) -> str:
        """Return `path` if it leads to this site, else the overview, so that signing in sends nobody elsewhere."""
        inside = path and path.startswith("/") and not path.startswith(("//", "/\\"))
        return path if path and inside else f"{self._home}/"
