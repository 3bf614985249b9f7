"""Many visitors at once."""

import asyncio
from datetime import datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from coffee.scheme import Scheme, settings
from coffee.web.http.visit import Pages
from tests.web.conftest import OFFICE, Site
from tests.web.test_join import SIAN, everybody


@pytest.fixture
def pages(scheme: Scheme, now: datetime) -> Pages:
    """Participants' pages, for routes of a test's own."""
    return Pages(scheme, lambda _: OFFICE, lambda: now)


def write(visit: Any) -> PlainTextResponse:
    """Write a setting named after the path, and answer with that name."""
    name = visit.request.path_params["name"]
    settings.put(visit.db, name, "written")
    return PlainTextResponse(name)


def fail(visit: Any) -> None:
    """Write a setting, then fail."""
    write(visit)
    raise ZeroDivisionError


def fill_up(visit: Any) -> Any:
    """Write a setting, then more than the disk has room for."""
    answer = write(visit)
    pages = visit.db.execute("PRAGMA page_count").fetchone()[0]
    visit.db.execute(f"PRAGMA max_page_count = {pages}")
    settings.put(visit.db, "long", "x" * 1_000_000)
    return answer


def together(pages: Any, paths: Any) -> Any:
    """The answers to forms that are sent to these paths at the same moment, in their order."""
    routes = [pages.public(f"/{act.__name__}/{{name}}", post=act) for act in (write, fail, fill_up)]

    async def send() -> Any:
        transport = httpx2.ASGITransport(Starlette(routes=routes), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await asyncio.gather(*(client.post(path) for path in paths))

    return asyncio.run(send())


def saved(scheme: Scheme) -> Any:
    """The settings that are in the file, in the order in which they were written."""
    with scheme.reading() as db:
        return [row[0] for row in db.execute("SELECT name FROM settings WHERE name != 'id' ORDER BY rowid")]


def test_everybody_gets_their_own_answer_in_turn(scheme: Scheme, pages: Any) -> None:
    """Hundreds of forms at one moment are all saved, in the order they came, and each visitor gets their own answer."""
    names = [f"form {number}" for number in range(200)]
    answers = together(pages, [f"/write/{name}" for name in names])
    assert [answer.text for answer in answers] == names
    assert saved(scheme) == names


def test_a_form_that_fails_harms_nobody_else(scheme: Scheme, pages: Any) -> None:
    """A fault of ours undoes the form that met it; those before and after it are saved."""
    answers = together(pages, ["/write/a", "/fail/b", "/write/c"])
    assert [answer.status_code for answer in answers] == [200, 500, 200]
    assert saved(scheme) == ["a", "c"]


def test_when_the_disk_is_full_for_one_form_nobody_is_told_wrong(scheme: Scheme, pages: Any) -> None:
    """Its visitor reads a sentence and nothing of it is saved; what others were told is saved is in the file."""
    answers = together(pages, ["/write/a", "/fill_up/b", "/write/c"])
    assert [answer.status_code for answer in answers] == [200, 503, 200]
    assert "we could not save that" in answers[1].text
    assert saved(scheme) == ["a", "c"]


def test_a_room_full_of_people_joins_at_once(site: Site) -> None:
    """Sixty forms at one moment: everybody is kept once, with one letter each."""

    async def go() -> Any:
        transport = httpx2.ASGITransport(site.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            forms = [SIAN | {"email": f"p{number}@example.org"} for number in [*range(60), *range(20)]]
            return await asyncio.gather(*(client.post("/join", data=form) for form in forms))

    assert {answer.status_code for answer in asyncio.run(go())} == {307}
    assert len(everybody(site)) == 60
    assert len(site.letters()) == 60


def test_while_the_file_is_locked_people_are_told_to_try_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another program holds the scheme for too long nothing is half saved, and the page says what to do."""
    monkeypatch.setattr("coffee.scheme.connect.PATIENCE", 0.05)
    with site.scheme.writing():
        answer = site.browser.post("/join", data=SIAN)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert everybody(site) == []


@pytest.mark.parametrize("path", ["/join", "/p/me"])
def test_reading_goes_on_while_the_file_is_locked(site: Site, path: str) -> None:
    """Pages are shown while somebody else writes."""
    with site.scheme.writing():
        assert site.browser.get(path).status_code == 200
