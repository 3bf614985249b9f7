"""Promises that every participants' page keeps, whoever calls it and whatever they send."""

from typing import Any

import html5lib
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coffee.scheme import Scheme, tokens
from coffee.web.http.form import MAX_BODY
from tests.web.conftest import Pair, Site
from tests.web.odd import BELOW_ME, FIELDS, HELD, ODD, OPEN_TO_ALL, POSTED_BELOW_ME, Odd, encoded

FORM = "application/x-www-form-urlencoded"
OPEN = [
    "/screen",
    "/join",
    "/p/me",
    "/p/sent",
    "/p/erased",
    "/p/no-such-page",
    "/p/privacy",
    "/p/cookies",
    "/p/accessibility",
    "/p/poster",
]


@pytest.fixture
def paths(site: Site, pair: Pair) -> Any:
    """Every page, with working links."""
    held = [site.link(purpose, pair.ada, pair.match_id) for purpose in HELD]
    return OPEN + held + [held[0] + below for below in BELOW_ME]


def content(scheme: Scheme) -> Any:
    """Every row of the scheme."""
    with scheme.reading() as db:
        return list(db.conn.iterdump())


def test_looking_changes_nothing(site: Site, pair: Pair, paths: Any) -> None:
    """GET and HEAD leave the scheme as it was on every page, because mail scanners open every link."""
    before = content(site.scheme)
    for path in paths + [paths[len(OPEN)] + below for below in POSTED_BELOW_ME]:
        for method in ("GET", "HEAD", "OPTIONS"):
            site.browser.request(method, f"{path}?met=yes&done=leave&sure=yes&letters=again")
    assert content(site.scheme) == before


def test_a_form_that_breaks_off_on_its_way_is_no_fault_of_ours(site: Site, pair: Pair) -> None:
    """A connection lost in the middle of a form saves nothing and raises nothing."""
    path = site.link("feedback", pair.ada, pair.match_id)
    before = content(site.scheme)
    arriving = iter([{"type": "http.request", "body": b"met=y", "more_body": True}, {"type": "http.disconnect"}])
    asked = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [], "client": ("x", 1)}

    async def receive() -> Any:
        return next(arriving)

    async def send(_: Any) -> None:
        pass

    assert site.browser.portal is not None
    site.browser.portal.call(site.app, asked, receive, send)
    assert content(site.scheme) == before


def test_every_page_keeps_to_itself(site: Site, paths: Any) -> None:
    """Nothing is cached, indexed, framed, loaded from elsewhere or told to the next site, and no cookie is set.

    This holds for every method, even those not allowed.
    """
    answers = [site.browser.get(path) for path in paths]
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answers += [site.browser.request(method, path) for path in paths]
    assert {answer.headers.get("Allow") for answer in answers if answer.status_code == 405} == {"GET, HEAD, POST"}
    for headers in [answer.headers for answer in answers]:
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_every_page_is_valid_html_in_one_small_request(site: Site, paths: Any) -> None:
    """html5lib's strict parser finds no error, and pages load nothing else and weigh less than 15 KB."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    for path in [path for path in paths if not path.endswith("/data")]:
        answer = site.browser.get(path)
        tree = parser.parse(answer.text)
        assert len(answer.content) < 15_000
        assert [node.tag for node in tree.iter() if node.tag in {"script", "img", "iframe", "object"}] == []
        assert [node.get("href") for node in tree.iter("link")] == ["data:,"]
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("purpose", HELD)
def test_a_wrong_link_and_a_dead_one_look_the_same(site: Site, pair: Pair, purpose: Any) -> None:
    """A link that never existed looks like one that expired, was revoked or was somebody else's."""
    never = f"/p/{purpose}/{tokens.mint()}"
    with site.scheme.writing() as db:
        expired = tokens.new(db, purpose, pair.ada, pair.match_id, now=site.now, expires_at=site.now)
        other = tokens.new(db, "me" if purpose != "me" else "cannot", pair.ada, pair.match_id, now=site.now)
    seen = set()
    for method in ("GET", "POST"):
        for path in (never, f"/p/{purpose}/{expired}", f"/p/{purpose}/{other}", f"/p/{purpose}/x"):
            answer = site.browser.request(method, path)
            headers = frozenset((name, value) for name, value in answer.headers.items())
            seen.add((answer.status_code, answer.text.replace(path, ""), headers))
    assert [status for status, _, _ in seen] == [404]


def test_guessing_is_slowed_down(site: Site, pair: Pair) -> None:
    """After sixty wrong links in five minutes a network has to wait.

    Working links still open, because others may share that network, as in a hospital.
    """
    for number in range(60):
        assert site.at(f"2001:db8::{number:x}").get(f"/p/me/{tokens.mint()}").status_code == 404
    neighbour = site.at("2001:db8::ffff")
    assert neighbour.get(f"/p/me/{tokens.mint()}").status_code == 429
    assert neighbour.get(site.link("me", pair.ada)).status_code == 200
    assert neighbour.post(site.link("unsubscribe", pair.ada)).status_code == 200
    assert site.at("2001:db8:0:1::1").get(f"/p/me/{tokens.mint()}").status_code == 404


def test_a_body_that_is_too_large_is_refused(site: Site, pair: Pair) -> None:
    """A form over 64 KB is refused with a sentence, not read to its end, and changes nothing."""
    before = content(site.scheme)
    answer = site.browser.post("/join", content=b"name=" + b"x" * MAX_BODY)
    assert answer.status_code == 413
    assert "too long" in answer.text
    assert content(site.scheme) == before


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=ODD)
@example(Odd("POST", "/p/me", "x", b"email=%00", "multipart/form-data; boundary=\xff", ""))
def test_no_request_breaks_a_page_or_gets_past_a_wrong_link(site: Site, pair: Pair, odd: Any) -> None:
    """Odd methods, tokens, fields, encodings and headers never cause a 5xx, nor any change without a working link."""
    before = content(site.scheme)
    answer = site.somebody_else().request(
        odd.method,
        odd.address(),
        content=odd.body,
        headers=odd.headers,
        params={"lang": odd.language[:9], "room": odd.token},
    )
    assert answer.status_code < 500
    assert answer.status_code != 429
    assert "Traceback" not in answer.text
    if odd.path not in OPEN_TO_ALL:
        assert content(site.scheme) == before


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(below=st.sampled_from(["", *BELOW_ME, *POSTED_BELOW_ME]), purpose=st.sampled_from(HELD), fields=FIELDS)
def test_no_form_breaks_a_page_that_is_ones_own(site: Site, pair: Pair, below: Any, purpose: Any, fields: Any) -> None:
    """Any fields sent with a working link never cause a 5xx, and Grace's row stays as it is."""
    grace = site.row(pair.grace)
    path = site.link(purpose, pair.ada, pair.match_id) + (below if purpose == "me" else "")
    fields = [field for field in fields if field[0] != "sure"]
    answer = site.browser.post(path, content=encoded(fields), headers={"Content-Type": FORM}, follow_redirects=False)
    assert answer.status_code < 500
    assert site.row(pair.grace) == grace
