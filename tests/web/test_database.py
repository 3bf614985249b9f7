"""Many visitors at once."""

import asyncio

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from coffee.scheme import settings
from coffee.web.http.database import MOST, Lane
from tests.web.test_join import SIAN, everybody


def writer(name, fails=False):
    """A job that writes one setting, and then may think better of it."""

    def job(db):
        settings.put(db, name, "written")
        if fails:
            raise ValueError(name)
        return PlainTextResponse(name)

    return job


def names(scheme):
    with scheme.reading() as db:
        return {row[0] for row in db.execute("SELECT name FROM settings WHERE name != 'id'")}


def together(scheme, jobs):
    """The outcome of jobs that arrive at the same moment."""

    async def go():
        lane = Lane(scheme)
        return await asyncio.gather(*(lane.write(job) for job in jobs), return_exceptions=True)

    return asyncio.run(go())


def test_everybody_gets_their_own_answer(scheme):
    """Hundreds of jobs at one moment are all done, and each visitor gets the answer to their own."""
    wanted = [f"job {number}" for number in range(3 * MOST + 1)]
    answers = together(scheme, [writer(name) for name in wanted])
    assert [answer.body.decode() for answer in answers] == wanted
    assert names(scheme) == set(wanted)


def test_those_who_wait_share_a_transaction(scheme, monkeypatch):
    """What arrives while the disk is busy is written together: far fewer transactions than visitors."""
    begun = []
    writing = type(scheme).writing
    monkeypatch.setattr(type(scheme), "writing", lambda self: begun.append(1) or writing(self))
    together(scheme, [writer(f"job {number}") for number in range(3 * MOST)])
    assert len(begun) <= 4


def test_one_that_fails_harms_nobody_else(scheme):
    """A job that raises is undone and raises to its own visitor; its neighbours are kept."""
    answers = together(scheme, [writer("a"), writer("b", fails=True), writer("c")])
    assert [type(answer) for answer in answers] == [PlainTextResponse, ValueError, PlainTextResponse]
    assert names(scheme) == {"a", "c"}


def test_a_visitor_who_goes_away_leaves_the_others_alone(scheme):
    """Somebody whose connection breaks while waiting does not stop the lane."""

    async def go():
        lane = Lane(scheme)
        first, second = (asyncio.create_task(lane.write(writer(name))) for name in "ab")
        await asyncio.sleep(0)
        first.cancel()
        await second
        return await lane.write(writer("c"))

    assert asyncio.run(go()).body == b"c"
    assert names(scheme) >= {"b", "c"}


def test_a_room_full_of_people_joins_at_once(site):
    """Sixty forms at one moment: everybody is kept once, with one letter each."""

    async def go():
        transport = httpx2.ASGITransport(site.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            forms = [SIAN | {"email": f"p{number}@example.org"} for number in [*range(60), *range(20)]]
            return await asyncio.gather(*(client.post("/join", data=form) for form in forms))

    assert {answer.status_code for answer in asyncio.run(go())} == {307}
    assert len(everybody(site)) == 60
    assert len(site.letters()) == 60


def test_while_the_file_is_locked_people_are_told_to_try_again(site, monkeypatch):
    """When another program holds the scheme for too long nothing is half saved, and the page says what to do."""
    monkeypatch.setattr("coffee.scheme.connect.PATIENCE", 0.05)
    with site.scheme.writing():
        answer = site.browser.post("/join", data=SIAN)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert everybody(site) == []


@pytest.mark.parametrize("path", ["/join", "/p/me"])
def test_reading_goes_on_while_the_file_is_locked(site, path):
    """Pages are shown while somebody else writes."""
    with site.scheme.writing():
        assert site.browser.get(path).status_code == 200
