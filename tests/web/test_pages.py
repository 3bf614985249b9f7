"""Promises that every page of participants keeps."""

from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.testclient import TestClient

from coffee.scheme import Scheme, settings
from coffee.web.http.visit import Pages
from tests.web.conftest import OFFICE, Pair, Site


def test_a_change_shows_at_once(site: Site, pair: Pair) -> None:
    """One's own form, sent through the same pages, is in the very next look."""
    link = site.link("feedback", pair.ada, pair.match_id)
    for number in range(3):
        site.browser.post(link, data={"met": "yes", "comment": f"Cup {number}"})
        for _ in range(2):
            assert f"Cup {number}</textarea>" in site.browser.get(link).text


def test_wrong_links_are_counted_each_time(site: Site) -> None:
    """The same wrong link opened again and again is as much guessing as different ones."""
    statuses = [site.browser.get("/p/me/wrong").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


def test_a_page_can_be_compressed(site: Site, pair: Pair) -> None:
    """Whatever compresses pages on their way finds headers of its own on each."""
    app = Starlette(routes=site.app.routes, middleware=[Middleware(GZipMiddleware)])
    with TestClient(app, follow_redirects=False) as browser:
        for path in ("/join", site.link("feedback", pair.ada, pair.match_id), site.link("me", pair.ada) + "/data"):
            seen = [browser.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
            assert {answer.headers["Content-Encoding"] for answer in seen} == {"gzip"}
            assert len({(answer.text, tuple(answer.headers.multi_items())) for answer in seen}) == 1


def test_a_question_longer_than_any_of_ours_is_taken_for_none(site: Site, pair: Pair) -> None:
    """A page repeats what others hung on to its address, but only within reason."""
    for path in ("/join", site.link("feedback", pair.ada, pair.match_id)):
        short, tracked = site.browser.get(path), site.browser.get(f"{path}?utm_id={'x' * 500}")
        assert "x" * 500 in tracked.text
        for fields in ("&a" * 1000, f"lang=cy&utm_id={'%FF' * 400}"):
            assert site.browser.get(f"{path}?{fields}").text == short.text
    likes = {"Accept-Language": "cy," + "en-GB," * 5000}
    assert site.browser.get("/join", headers=likes).headers["Content-Language"] == "cy"


def test_what_sqlite_refuses_half_way_is_answered_with_a_page(scheme: Scheme, now: datetime) -> None:
    """When SQLite fails in the middle of a page, one sentence says so, and the next visitor is served."""

    def refused(visit: Any) -> Any:
        visit.db.execute("PRAGMA query_only = ON")
        settings.put(visit.db, "title", "Tea")

    pages = Pages(scheme, lambda _: OFFICE, lambda: now)
    routes = [
        pages.public("/refused", get=refused),
        pages.public("/erased", get=lambda visit: visit.show("erased.html")),
    ]
    with TestClient(Starlette(routes=routes)) as browser:
        assert [browser.get(path).status_code for path in ("/refused", "/erased")] == [503, 200]
