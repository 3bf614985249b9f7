"""The gate: nothing of the organiser's is answered before sign-in, whatever the path or protocol."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = ("/sign-in", "/sign-in/organisation", "/oauth2callback", "/sign-out", "/join", "/_stcore/health")
OPEN_BELOW = ("/p/", "/static/")  # participants' pages; the dashboard's scripts and fonts, the same for everybody
HEADERS = {  # for answers that have none of their own; Streamlit's pages need inline scripts and frames of their own
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Gate:
    """ASGI middleware that lets through signed-in organisers, and everybody on the paths that are open.

    `home` is the path below which a proxy serves us, '' when there is none. `only_look` is what the application hears
    in place of a websocket message from somebody who was signed out meanwhile.
    """

    def __init__(
        self, app: ASGIApp, whose: Callable[[Mapping[str, str]], str | None], only_look: bytes, home: str = ""
    ) -> None:
        self.app = app
        self.whose = whose
        self.only_look = only_look
        self.home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/join/" and scope["method"] == "GET":  # as people type it from a poster
            await RedirectResponse(f"{self.home}/join{_query(scope)}", 303)(scope, receive, send)
        elif _is_open(scope["path"]) or await self._knows(scope):
            await self.app(scope, receive, send)
        else:
            await self._refusal(scope)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket outlives the sign-in it was opened with, so every message from the browser is looked at."""

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not await self._knows(scope):
                return {"type": "websocket.receive", "bytes": self.only_look}
            return message

        if await self._knows(scope):
            await self.app(scope, checked, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "Sign in first."})

    async def _knows(self, scope: Scope) -> bool:
        return await run_in_threadpool(self.whose, HTTPConnection(scope).cookies) is not None

    def _refusal(self, scope: Scope) -> Response:
        if scope["method"] == "GET" and "text/html" in HTTPConnection(scope).headers.get("accept", ""):
            wanted = f"{self.home}{scope['path']}{_query(scope)}"
            return RedirectResponse(f"{self.home}/sign-in?{urlencode({'next': wanted})}", 303)
        return PlainTextResponse("Sign in first.", 403)


def _query(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{'?' if query else ''}{query}"


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
