"""The gate: it lets nobody but signed-in organisers past, except to the open paths, whatever the protocol."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coffee.web.http.client_address import from_elsewhere

OPEN = ("/sign-in", "/sign-in/organisation", "/oauth2callback", "/sign-out", "/join", "/_stcore/health")
OPEN_BELOW = ("/p/", "/static/", "/scripts/")  # participants' pages; scripts and fonts, the same for everybody
HEADERS = {  # for answers that do not set them
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ENCRYPTED_FOR = "max-age=31536000"  # a year in which browsers only use TLS here (RFC 6797)
SAFE = ("GET", "HEAD", "OPTIONS")


class Gate:
    """ASGI middleware that lets organisers through, and everybody to the open paths.

    `identify` names the organiser whose cookies these are. `base_url` is the address that people use: a proxy may serve
    us below a path of it, and with https cookies become *Secure*. `policy` is the content security policy for answers
    that set none. `only_look` replaces a websocket message from somebody who has been signed out meanwhile.
    """

    def __init__(
        self,
        app: ASGIApp,
        identify: Callable[[Mapping[str, str]], str | None],
        only_look: bytes,
        base_url: str,
        policy: str = "frame-ancestors 'none'",
    ) -> None:
        self.app = app
        self.identify = identify
        self.only_look = only_look
        self.home = urlsplit(base_url).path
        self.is_encrypted = base_url.startswith("https:")
        self.headers = HEADERS | {"Content-Security-Policy": policy}
        if self.is_encrypted:
            self.headers["Strict-Transport-Security"] = ENCRYPTED_FOR

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/join/" and scope["method"] == "GET":  # as people type it from a poster
            await RedirectResponse(f"{self.home}/join{_query(scope)}", 303)(scope, receive, send)
        elif is_open(scope["path"]):
            await self.app(scope, receive, send)
        elif scope["method"] not in SAFE and from_elsewhere(HTTPConnection(scope)):
            await PlainTextResponse("Do this on this site's own page.", 403)(scope, receive, send)
        elif await self._is_signed_in(scope):
            await self.app(scope, receive, send)
        else:
            await self._refusal(scope)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the sign-in at every message, because a websocket can outlive it."""

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not await self._is_signed_in(scope):
                return {"type": "websocket.receive", "bytes": self.only_look}
            return message

        if _is_foreign(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "Open this site's own page."})
        elif await self._is_signed_in(scope):
            await self.app(scope, checked, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "Sign in first."})

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if not is_open(scope["path"]):
                    headers["Cache-Control"] = "no-store"
                elif not scope["path"].startswith(OPEN_BELOW):  # signing in or out changes where these lead
                    headers.setdefault("Cache-Control", "no-store")
                if self.is_encrypted:
                    message["headers"] = [_secured(header) for header in message["headers"]]
            await send(message)

        return sending

    async def _is_signed_in(self, scope: Scope) -> bool:
        return await run_in_threadpool(self.identify, HTTPConnection(scope).cookies) is not None

    def _refusal(self, scope: Scope) -> Response:
        if scope["method"] == "GET" and "text/html" in HTTPConnection(scope).headers.get("accept", ""):
            wanted = f"{self.home}{scope['path']}{_query(scope)}"
            return RedirectResponse(f"{self.home}/sign-in?{urlencode({'next': wanted})}", 303)
        return PlainTextResponse("Sign in first.", 403)


def _query(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{'?' if query else ''}{query}"


def is_open(path: str) -> bool:
    """Return whether this path is open to people who are not signed in."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def _is_foreign(scope: Scope) -> bool:
    """Return whether a page of another origin opens this websocket. Streamlit itself takes any port of this machine."""
    headers = HTTPConnection(scope).headers
    return "origin" in headers and urlsplit(headers["origin"]).netloc != headers.get("host")


def _secured(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    is_open_cookie = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return (name, value + b"; Secure") if is_open_cookie else header
