"""Answers that are given again while the scheme stays as it was."""

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from inspect import signature

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.testclient import TestClient

from coffee.scheme import Unwritable, answers, erasure, opt_outs, people, settings, tokens
from coffee.scheme.answers import Answer
from coffee.scheme.connect import Reading
from coffee.text.language import ENGLISH
from coffee.web.http.database import MOST_KEPT, Reader
from coffee.web.http.page import Page
from coffee.web.http.visit import Desk, Visit
from coffee.web.participants.routes import participant_routes
from tests.web.conftest import OFFICE, person
from tests.web.odd import BELOW_ME, HELD


def answered(site, db, pair):
    answers.save(db, pair.match_id, pair.ada, Answer("no", comment="Tea"), site.now)


CHANGES = {
    "an answer": answered,
    "a closed round": lambda db: db.execute("UPDATE rounds SET state = 'closed'"),
    "a replaced match": lambda db: db.execute("UPDATE matches SET cancelled_at = '2026-03-03T09:00:00+00:00'"),
    "an erased partner": lambda db, pair: erasure.erase(db, pair.grace),
    "erasing oneself": lambda db, pair: erasure.erase(db, pair.ada),
    "revoked links": lambda db, pair: tokens.revoke(db, pair.ada),
    "another language": lambda db: db.execute("UPDATE people SET language = 'cy'"),
    "another name": lambda db: db.execute("UPDATE people SET name = 'Grace Murray' WHERE name = 'Grace Hopper'"),
    "no more letters": lambda site, db, pair: opt_outs.unsubscribe(db, pair.ada, site.now),
    "somebody joins": lambda site, db: person(db, "Siân", "Gwynedd", site.now),
    "leaving": lambda db, pair: people.leave(db, [pair.ada]),
    "a notice": lambda db: settings.put(db, "privacy", "We keep it short."),
    "another title": lambda db: settings.put(db, "title", "Tea & Co"),
    "time": lambda site: site.later(days=1),
}


def made(change, **around):
    """Make a change with what it wants to know of what is around."""
    return change(**{name: around[name] for name in signature(change).parameters})


@contextmanager
def opened(pages, **around):
    """A browser before these pages, which are served by one thread as they are in earnest."""
    with TestClient(Starlette(routes=pages, **around), follow_redirects=False) as browser:
        yield browser


def routes(site):
    """The pages, with a title that the scheme keeps, and nothing kept yet."""
    return participant_routes(
        site.scheme,
        lambda db: OFFICE.of("olu@coffee.example", "https://coffee.example", settings.get(db, "title", "Coffee")),
        lambda: site.clock[0],
    )


def looks(browser, paths):
    """What each page answers, in the browser's own language and in the chosen one."""
    asked = [path + query for path in paths for query in ("", "?lang=cy")]
    answered = [(path, browser.get(path, headers={"Accept-Language": said})) for path in asked for said in ("en", "cy")]
    return [(path, answer.status_code, answer.text, answer.headers.multi_items()) for path, answer in answered]


@pytest.fixture
def paths(site, pair):
    """Every page there is for Ada, with links that end in an hour and links that never end."""
    with site.scheme.writing() as db:
        ends = {"now": site.now, "expires_at": site.now + timedelta(hours=1)}
        for_now = [f"/p/{kind}/{tokens.new(db, kind, pair.ada, pair.match_id, **ends)}" for kind in HELD]
    held = [site.link(purpose, pair.ada, pair.match_id) for purpose in HELD]
    return [*for_now, *held, *(held[0] + below for below in BELOW_ME), "/join", "/p/privacy", "/p/sent", "/screen"]


@pytest.mark.parametrize("change", CHANGES)
def test_no_page_is_ever_stale(site, pair, paths, change):
    """Whatever changes between two looks, the second is what somebody sees for whom nothing was kept."""
    with opened(routes(site)) as often:
        before = looks(often, paths)
        assert looks(often, paths) == before
        with site.scheme.writing() as db:
            made(CHANGES[change], site=site, db=db, pair=pair)
        with opened(routes(site)) as first:
            assert looks(often, paths) == looks(first, paths) != before


def test_a_change_shows_at_once_however_it_was_made(site, pair):
    """One's own form, sent through the same pages, is in the very next look."""
    link = site.link("feedback", pair.ada, pair.match_id)
    for number in range(3):
        site.browser.post(link, data={"met": "yes", "comment": f"Cup {number}"})
        for _ in range(2):
            assert f"Cup {number}</textarea>" in site.browser.get(link).text


@pytest.fixture
def drawn():
    """One entry for each page that was drawn and not taken from those that are kept."""
    return []


@pytest.fixture
def counted(site, drawn, monkeypatch):
    """A browser before pages that count how often one is drawn."""

    def visit(*told):
        drawn.append("page")
        return Visit(*told)

    monkeypatch.setattr("coffee.web.http.visit.Visit", visit)
    with opened(routes(site)) as browser:
        yield browser


@pytest.mark.parametrize("path", ["/join", "/p/privacy", "/p/poster"])
def test_a_page_is_drawn_once_until_something_changes(site, counted, drawn, path):
    """Everybody in a seminar room who opens the form gets the one that was drawn for the first."""
    for _ in range(5):
        counted.get(path)
    assert len(drawn) == 1
    with site.scheme.writing() as db:
        settings.put(db, "privacy", "We keep it short.")
    counted.get(path)
    assert len(drawn) == 2


def test_what_depends_on_the_time_is_drawn_each_time(site, pair, counted, drawn):
    """The big screen, one's own page, and whatever a link shows that ends one day."""
    with site.scheme.writing() as db:
        ends = tokens.new(db, "feedback", pair.ada, pair.match_id, now=site.now, expires_at=site.now + timedelta(1))
    for path in ("/screen", site.link("me", pair.ada), f"/p/feedback/{ends}"):
        drawn.clear()
        for _ in range(3):
            assert counted.get(path).status_code == 200
        assert len(drawn) == 3


def test_wrong_links_are_counted_each_time(counted):
    """The same wrong link opened again and again is as much guessing as different ones."""
    statuses = [counted.get("/p/me/wrong").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


def test_a_kept_page_can_be_compressed_again_and_again(site, pair):
    """What compresses answers on their way changes their headers, each time those of one answer only."""
    with opened(routes(site), middleware=[Middleware(GZipMiddleware)]) as browser:
        for path in ("/join", site.link("feedback", pair.ada, pair.match_id), site.link("me", pair.ada) + "/data"):
            seen = [browser.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
            assert {answer.headers["Content-Encoding"] for answer in seen} == {"gzip"}
            assert len({(answer.text, tuple(answer.headers.multi_items())) for answer in seen}) == 1


def test_a_question_longer_than_any_of_ours_is_taken_for_none(site, pair):
    """Long addresses cannot fill the memory: neither the question nor a page that repeats it is kept or shown."""
    for path in ("/join", site.link("feedback", pair.ada, pair.match_id)):
        short, tracked = site.browser.get(path), site.browser.get(f"{path}?utm_id={'x' * 500}")
        assert "x" * 500 in tracked.text
        for fields in ("&a" * 1000, f"lang=cy&utm_id={'%FF' * 400}"):
            assert site.browser.get(f"{path}?{fields}").text == short.text
    likes = {"Accept-Language": "cy," + "en-GB," * 5000}
    assert site.browser.get("/join", headers=likes).headers["Content-Language"] == "cy"


def test_only_so_many_answers_are_kept(scheme):
    """Somebody who asks ever new questions does not fill the memory."""

    async def ask():
        reader = Reader(scheme, lambda _: OFFICE)
        for number in range(3 * MOST_KEPT):
            reader.view().kept[number] = Page((), ENGLISH)
            assert len(reader.view().kept) < MOST_KEPT

    asyncio.run(ask())


def test_visitors_of_one_moment_share_a_look(scheme, monkeypatch):
    """However many come in one turn of the event loop, the scheme is looked at once; in the next turn it is anew."""
    begun = []
    begin = Reading.__enter__
    monkeypatch.setattr(Reading, "__enter__", lambda self: begun.append(1) or begin(self))

    async def come():
        reader = Reader(scheme, lambda _: OFFICE)
        for turn in range(1, 4):
            assert [settings.get(reader.view().db, "title", "Coffee") for _ in range(5)] == [
                f"Coffee{turn - 1 or ''}"
            ] * 5
            assert len(begun) == turn
            await asyncio.to_thread(change, turn)

    def change(number):
        with scheme.writing() as db:
            settings.put(db, "title", f"Coffee{number}")

    asyncio.run(come())


def test_a_look_that_fails_leaves_the_next_one_whole(scheme, monkeypatch):
    """When the scheme cannot be read for a moment, those who come then are told, and those after them are served."""

    async def come():
        reader = Reader(scheme, lambda _: OFFICE)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Reading, "version", unwritable)
            for _ in range(2):
                with pytest.raises(Unwritable):
                    reader.view()
        assert reader.view().office == OFFICE

    def unwritable(_):
        raise Unwritable("The disk is away.")

    asyncio.run(come())


def test_a_look_that_fails_half_way_is_answered_with_a_page(scheme, now):
    """What SQLite refuses in the middle of a page is said in a sentence, and the next visitor is served."""

    def refused(visit):
        visit.db.execute("PRAGMA query_only = ON")
        settings.put(visit.db, "title", "Tea")

    desk = Desk(scheme, lambda _: OFFICE, lambda: now)
    pages = [desk.open("/refused", get=refused), desk.open("/erased", get=lambda visit: visit.show("erased.html"))]
    with opened(pages) as browser:
        assert [browser.get(path).status_code for path in ("/refused", "/erased")] == [503, 200]
