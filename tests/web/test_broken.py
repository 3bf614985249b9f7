"""A full disk, a damaged file or a fault in the program: visitors read a sentence, never an error."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from coffee.web.http.broken import nobody, unavailable
from tests.running import App, Start, comes
from tests.web.conftest import Site
from tests.web.test_join import SIAN

PASSWORD = "three random words"
FAULTS = ("Internal Server Error", "Traceback", "coffee.db", "coffee.secrets")


@contextmanager
def no_room(app: App) -> Iterator[None]:
    """A full disk: no file can grow, not even one that SQLite makes for a query."""
    limits = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    yield
    resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, limits)


def assert_says(answer: Any, words: str) -> None:
    """Check that this page is ours, says this, and names no file."""
    assert answer.status_code == 503
    assert words in answer.text
    assert not any(fault in answer.text for fault in FAULTS)


def test_with_a_full_disk_everybody_reads_a_sentence(start: Start) -> None:
    """Pages are still shown, nothing can be saved and nobody else can sign in. Everything works again afterwards."""
    app = start(COFFEE_PASSWORD=PASSWORD, COFFEE_FROM="Olu <olu@coffee.example>")
    base = httpx.Client(base_url=app.url, transport=httpx.HTTPTransport(retries=10))
    with base as visitor, httpx.Client(base_url=app.url, headers={"accept": "text/html"}) as organiser:
        assert visitor.get("/_stcore/health").status_code == 200
        assert organiser.post("/sign-in", data={"password": PASSWORD}).status_code == 303
        with no_room(app):
            assert visitor.get("/join").status_code == 200
            assert_says(visitor.post("/join", data=SIAN), "we could not save that")
            assert organiser.get("/people").status_code == 200
            refused = visitor.post("/sign-in", data={"password": PASSWORD})
            assert (refused.status_code, "Internal Server Error" in refused.text) == (503, False)
        assert comes(lambda: visitor.get("/join").status_code == 200)
        assert visitor.post("/join", data=SIAN).status_code == 307  # on to the page that says so
        assert organiser.get("/people").status_code == 200


def test_a_vault_that_breaks_while_the_app_runs_lets_nobody_in(start: Start) -> None:
    """The sign-in page says so without naming the file, and participants notice nothing."""
    app = start()
    base = httpx.Client(base_url=app.url, transport=httpx.HTTPTransport(retries=10))
    with base as browser:
        assert browser.post("/sign-in", data={"password": "x"}).status_code == 403
        app.scheme.with_name("coffee.secrets").write_text(
            f'{{"cookie_key": "{"k" * 64}", "salt": "", "password": "zz"}}'
        )
        browser.cookies.set("coffee_organiser", "x")
        for answer in (
            browser.get("/sign-in"),
            browser.post("/sign-in", data={"password": "x"}),
            browser.post("/sign-out"),
        ):
            assert_says(answer, "Nobody can sign in at the moment")
        assert browser.get("/people", headers={"accept": "text/html"}).headers["location"].startswith("/sign-in")
        assert browser.get("/join").status_code == 200


def test_a_damaged_scheme_is_said_to_participants(site: Site) -> None:
    """A page and a form each get a sentence of their own."""
    site.scheme.path.write_bytes(b"no scheme" * 1000)
    assert_says(site.browser.get("/join"), "we cannot show this page now")
    assert_says(site.browser.get("/p/privacy", headers={"accept-language": "cy"}), "ni allwn ddangos y dudalen")
    assert_says(site.browser.post("/join", data=SIAN), "we could not save that")


@pytest.mark.parametrize(("method", "words"), [("GET", "cannot show this page"), ("POST", "could not save that")])
def test_a_fault_of_ours_is_a_page_and_is_still_raised(method: str, words: str) -> None:
    """The links on the page respect a proxy's path."""

    def fail(_: Any) -> None:
        raise ZeroDivisionError

    office = nobody("https://coffee.example/trial")
    app = Starlette(
        routes=[Route("/p/x", fail, methods=["GET", "POST"])],
        exception_handlers={Exception: lambda request, _: unavailable(request, office, 500)},
    )
    answer = TestClient(app, raise_server_exceptions=False).request(method, "/p/x")
    assert answer.status_code == 500
    assert words in answer.text
    assert 'href="/trial/p/privacy"' in answer.text
    with pytest.raises(ZeroDivisionError):
        TestClient(app).request(method, "/p/x")
