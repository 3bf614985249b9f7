"""Skipping one round from the letter before its draw."""

import pytest

from coffee.scheme import opt_outs, people
from tests.web.conftest import Pair, Site, round_of


@pytest.fixture
def skip(site: Site, pair: Pair) -> str:
    """The link in Ada's letter about round 2."""
    return f"{site.link('me', pair.ada)}/skip/2"


def skips(site: Site, person: int) -> bool:
    with site.scheme.reading() as db:
        return opt_outs.skips(db, person)


def test_opening_the_link_changes_nothing(site: Site, pair: Pair, skip: str) -> None:
    """Mail scanners open every link, so only the page's button skips."""
    page = site.browser.get(skip)
    assert (page.status_code, "You are taking part in round 2." in page.text) == (200, True)
    assert not skips(site, pair.ada)


def test_one_press_skips_and_another_takes_it_back(site: Site, pair: Pair, skip: str) -> None:
    """Pressing the same button twice is the same as pressing it once."""
    for _ in range(2):
        assert "You will skip round 2" in site.browser.post(skip).text
        assert skips(site, pair.ada)
    assert "You are taking part in round 2." in site.browser.post(skip, data={"in": "yes"}).text
    assert not skips(site, pair.ada)


def test_a_link_opened_too_late_skips_nothing(site: Site, pair: Pair, skip: str) -> None:
    """Once round 2 is out, its link does not skip round 3. Nor does a made-up link."""
    with site.scheme.writing() as db:
        round_of(db, 2, site.now, pair.ada, pair.grace)
    for link in (skip, skip[:-1] + "9" * 5000, skip[:-1] + "x"):
        assert "This round can no longer be skipped" in site.browser.get(link).text
        assert site.browser.post(link).status_code == 409
        assert not skips(site, pair.ada)


def test_whoever_has_left_skips_nothing(site: Site, pair: Pair, skip: str) -> None:
    """The page says that there is nothing to skip."""
    with site.scheme.writing() as db:
        people.leave(db, [pair.ada])
    assert site.browser.post(skip).status_code == 409


def test_in_welsh(site: Site, skip: str) -> None:
    """The link in the Welsh half of the letter opens a Welsh page."""
    assert "Colli’r rownd hon?" in site.browser.get(f"{skip}?lang=cy").text
