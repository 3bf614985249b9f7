"""The page behind the letter that asks people whether they still want to take part."""

import pytest

from coffee.mail.letters.reading import read
from coffee.people import silent
from coffee.scheme import people
from tests.web.conftest import Pair, Site


@pytest.mark.parametrize(
    ("language", "button", "done"),
    [("en", "I am still in", "You are still in."), ("cy", "dal i gymryd rhan", "Diolch")],
)
def test_one_press_says_it_and_opening_the_page_does_not(
    site: Site, pair: Pair, language: str, button: str, done: str
) -> None:
    """Mail scanners may open the link, so only the button counts. It also ends a pause."""
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET language = ? WHERE id = ?", [language, pair.ada])
        written = silent.letters(db, site.office, [pair.ada], site.now).letters()
        silent.queue(db, [pair.ada], written, site.now)
        people.pause(db, [pair.ada])
    letter = read(written[0].letter)
    assert letter
    path = (
        next(word for word in letter.text.split() if "/still" in word).strip("<>()").removeprefix(site.office.base_url)
    )
    before = site.row(pair.ada)
    assert button in site.browser.get(path).text
    assert site.row(pair.ada) == before
    assert done in site.browser.post(path).text
    after = site.row(pair.ada)
    assert (after["status"], after["still_asked_at"], after["still_in_at"]) == ("active", None, site.now.isoformat())
