"""The ASGI application: dashboard, participants' pages, chores and postman in one process.

`streamlit run app.py` serves it.
"""

import gc
import logging
import os
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from coffee.automation.chores import Chores
from coffee.config.environment import SETTINGS, SettingError, load
from coffee.config.sender import office_of_pages
from coffee.mail.post.postman import Postman
from coffee.scheme import SchemeError, open_scheme
from coffee.watch import stop
from coffee.web.http.broken import nobody, unavailable
from coffee.web.http.slow_bodies import SlowBodies
from coffee.web.organisers.gate import Gate
from coffee.web.organisers.policy import page_policy
from coffee.web.organisers.sessions import Organisers
from coffee.web.organisers.sign_in_page import SignInPages
from coffee.web.participants.routes import participant_routes

os.umask(0o077)  # the scheme, its copies and its letters are their owner's alone
log = logging.getLogger("coffee")

INDEX = Path(st.__file__).parent / "static" / "index.html"
STATIC = Path(__file__).parent / "coffee" / "web" / "static"
# A plain rerun: no button's action and no dialog, only the dashboard, which says when nobody is signed in.
ONLY_LOOK = BackMsg(rerun_script=ClientState()).SerializeToString()


def clock() -> datetime:
    return datetime.now(UTC)


try:
    environment = load(port=int(st.get_option("server.port")))
    scheme = open_scheme(environment.scheme)
    organisers = Organisers(environment, scheme, clock)
    cookie_key = organisers.vault.cookie_key()
except (SettingError, SchemeError) as error:
    sys.exit(str(error))


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    link = organisers.one_time_link()
    print(f"Sign in at {link or environment.base_url}", flush=True)
    if link and (os.environ.get("DISPLAY") or sys.platform in ("darwin", "win32")):
        webbrowser.open(link)
    watches = Chores(scheme, environment, clock), Postman(scheme, environment, clock)
    gc.freeze()  # what was imported is no garbage: looking through it stopped every page for a tenth of a second
    try:
        with scheme.held_open():
            for watch in watches:
                watch.start()
            yield
    finally:
        stop(watches)


def on_request_error(request: Request, _: Exception) -> Response:
    """Answer what no page foresaw. Starlette raises it again, so that it is in the log."""
    return unavailable(request, nobody(environment.base_url), 500)


def on_script_error(error: Exception) -> bool:
    if isinstance(error, (SettingError, SchemeError)):
        from coffee.dashboard.frame import (
            plain,  # its caches warn, at the top of a program that Streamlit does not run yet
        )

        log.error("A page cannot be shown: %s", error)
        st.error(plain(str(error)), icon=":material/error:")
        return True
    log.error("A page failed", exc_info=error)
    st.error(
        "Something went wrong on our side. What you had saved is kept. Reload the page and try again; if it happens "
        "again, tell whoever runs this server what you were doing.",
        icon=":material/error:",
    )
    return True


app = st.App(
    "coffee/dashboard/main.py",
    # Streamlit copies secrets.toml into the environment; what the environment says itself wins all the same.
    secrets={name: os.environ[name] for name in SETTINGS if name in os.environ},
    routes=[
        *SignInPages(organisers).routes(cookie_key),
        Mount("/scripts", StaticFiles(directory=STATIC)),
        *participant_routes(scheme, lambda db: office_of_pages(db, environment), clock, environment.base_url),
    ],
    middleware=[
        Middleware(SlowBodies),
        Middleware(
            Gate,
            identify=organisers.identify,
            only_look=ONLY_LOOK,
            base_url=environment.base_url,
            policy=page_policy(INDEX.read_text("utf-8")),
        ),
    ],
    lifespan=lifespan,
    on_script_error=on_script_error,
    exception_handlers={Exception: on_request_error},
)
