"""The gate: nothing of the organiser's is answered before sign-in, whatever the path or protocol."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = ("/sign-in", "/sign-out", "/join", "/_stcore/health", "/auth/login", "/oauth2callback", "/favicon.ico")
OPEN_BELOW = ("/p/", "/static/")  # participants' pages; the dashboard's scripts and fonts, the same for everybody


class Gate:
    """ASGI middleware that lets through signed-in organisers, and everybody on the paths that are open."""

    def __init__(self, app: ASGIApp, whose: Callable[[Mapping[str, str]], str | None]) -> None:
        self.app = app
        self.whose = whose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_open(scope["path"]) or await self._knows(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "Sign in first."})
        else:
            await _refusal(scope)(scope, receive, send)

    async def _knows(self, scope: Scope) -> bool:
        return await run_in_threadpool(self.whose, HTTPConnection(scope).cookies) is not None


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)


def _refusal(scope: Scope) -> Response:
    if scope["method"] == "GET" and "text/html" in HTTPConnection(scope).headers.get("accept", ""):
        return RedirectResponse(f"/sign-in?next={quote(scope['path'])}", 303)
    return PlainTextResponse("Sign in first.", 403)
