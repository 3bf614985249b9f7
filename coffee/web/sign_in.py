"""How an organiser signs in and out: a one-time link, a password, or their organisation's OpenID Connect.

Every way ends in the same thing: a random token in a signed, HttpOnly, SameSite cookie, of which the scheme holds the
hash. A GET never signs anybody in; the page it shows posts.
"""

import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from coffee.environment import Environment
from coffee.scheme import Scheme, sign_ins
from coffee.web.vault import Vault

COOKIE = "coffee_organiser"
OIDC_COOKIE = "_streamlit_user"  # what st.login's callback sets
TRIES = RateLimitItemPerMinute(10, 5)  # wrong passwords from one address in five minutes
TEMPLATES = Jinja2Templates(Path(__file__).with_name("templates"))
GO = "document.forms[0].requestSubmit()"
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"script-src 'sha256-{b64encode(sha256(GO.encode()).digest()).decode()}'"
)


@dataclass
class Organisers:
    """Who may use the organiser's pages of one scheme."""

    environment: Environment
    scheme: Scheme
    clock: Callable[[], datetime]
    link: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    _tries: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    @property
    def vault(self) -> Vault:
        return Vault(self.environment.vault)

    def whose(self, cookies: Mapping[str, str]) -> str | None:
        """The organiser whose cookie this is, or None when nobody is signed in with it."""
        token = self._token(cookies)
        if token is None:
            return None
        with self.scheme.reading() as db:
            return sign_ins.whose(db, token, self.clock())

    def sign_out(self, cookies: Mapping[str, str]) -> None:
        """End this sign-in in every tab."""
        token = self._token(cookies)
        if token is not None:
            with self.scheme.writing() as db:
                sign_ins.end(db, token)

    def one_time_link(self) -> str | None:
        """The link to print at the start, or None when there is another way in."""
        if self.environment.password or self.environment.organisers or self.vault.has_password():
            return None
        return f"{self.environment.base_url}/sign-in?{urlencode({'link': self.link})}"

    def routes(self) -> list[Route]:
        """The sign-in page and the two actions."""
        return [
            Route("/sign-in", self._page, methods=["GET"]),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
        ]

    def _page(self, request: Request, problem: str | None = None, status: int = 200) -> Response:
        known = self._known_to_oidc(request) if problem is None else None
        context = {
            "problem": problem,
            "link": None if problem else request.query_params.get("link"),
            "next": _local(request.query_params.get("next")),
            "has_password": bool(self.environment.password or self.vault.has_password()),
            "oidc": self._oidc_address(),
            "known": known,
            "go": GO,
        }
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        return TEMPLATES.TemplateResponse(request, "sign_in.html", context, status_code=status, headers=headers)

    async def _sign_in(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return PlainTextResponse("Sign in on this site's own page.", 403)
        where = request.client.host if request.client else ""
        if not self._tries.test(TRIES, where):
            return self._page(request, "There were too many wrong tries. Wait five minutes, then try again.", 429)
        async with request.form(max_files=0, max_part_size=4096) as form:
            given = {name: str(value) for name, value in form.items()}
        who = await run_in_threadpool(self._recognise, request, given)
        if who is None:
            self._tries.hit(TRIES, where)
            return self._page(request, _why_not(given), 403)
        return await run_in_threadpool(self._let_in, who, _local(given.get("next")))

    def _recognise(self, request: Request, given: dict[str, str]) -> str | None:
        if "link" in given:
            if hmac.compare_digest(given["link"].encode(), self.link.encode()):
                self.link = secrets.token_urlsafe(24)
                return "organiser"
            return None
        if "password" in given:
            fixed = self.environment.password
            right = hmac.compare_digest(given["password"].encode(), fixed.encode()) if fixed else False
            return "organiser" if right or self.vault.knows(given["password"]) else None
        return self._known_to_oidc(request)

    def _let_in(self, who: str, where: str) -> Response:
        token = secrets.token_urlsafe(32)
        with self.scheme.writing() as db:
            sign_ins.begin(db, token, who, self.clock())
        response = RedirectResponse(where, 303)
        response.set_cookie(
            COOKIE,
            str(self._signer().dumps(token)),
            max_age=int(sign_ins.LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.environment.base_url.startswith("https:"),
        )
        response.delete_cookie(OIDC_COOKIE)
        return response

    async def _sign_out(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return PlainTextResponse("Sign out on this site's own page.", 403)
        await run_in_threadpool(self.sign_out, request.cookies)
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE)
        response.delete_cookie(OIDC_COOKIE)
        return response

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.vault.cookie_key(), salt=COOKIE)

    def _token(self, cookies: Mapping[str, str]) -> str | None:
        try:
            return str(self._signer().loads(cookies[COOKIE]))
        except (KeyError, BadSignature):
            return None

    def _oidc_address(self) -> str | None:
        if not self.environment.organisers:
            return None
        from streamlit.auth_util import encode_provider_token

        return "/auth/login?" + urlencode({"provider": encode_provider_token("default")})

    def _known_to_oidc(self, request: Request) -> str | None:
        """The allowed address that OpenID Connect has just vouched for, or None."""
        if not self.environment.organisers or OIDC_COOKIE not in request.cookies:
            return None
        claims = _oidc_claims(request.cookies)
        address = str(claims.get("email", "")).casefold()
        vouched = claims.get("is_logged_in") and claims.get("email_verified") is not False
        return address if vouched and address in self.environment.organisers else None


def _oidc_claims(cookies: Mapping[str, str]) -> dict[str, object]:
    from streamlit.auth_util import get_cookie_with_chunks
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    found = get_cookie_with_chunks(one, OIDC_COOKIE)
    claims: dict[str, object] = json.loads(found) if found else {}
    return claims


def _local(path: str | None) -> str:
    """`path` when it leads to this site, else the overview: nobody is sent elsewhere after signing in."""
    return path if path and path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _from_elsewhere(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def _why_not(given: dict[str, str]) -> str:
    if "link" in given:
        return "That sign-in link was used already or is from an earlier start. Use the newest link in the terminal."
    if "password" in given:
        return "That is not the password. Try again."
    return "Your account is not on the list of organisers. Ask whoever runs this server to add your address."
