"""The overview, and what it offers first."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from coffee import people
from coffee.scheme import Scheme, open_scheme, rounds, settings

Open = Callable[[str], AppTest]


def test_an_empty_scheme_offers_two_ways_in(open_page: Open) -> None:
    """Upload a roster, or open the sample scheme."""
    page = open_page("overview")
    assert [button.label for button in page.button if button.label != "Sign out"] == [
        "Upload a roster",
        "Open the sample scheme",
    ]


def test_the_sample_is_in_a_file_of_its_own(scheme: Scheme, open_page: Open) -> None:
    """Opening the sample writes sample.db beside the scheme, which stays empty, and shows it until told otherwise."""
    page = open_page("overview")
    page = next(button for button in page.button if button.label == "Open the sample scheme").click().run()
    assert not page.exception
    assert any("This is the sample scheme" in block.value for block in page.markdown)
    with open_scheme(Path(scheme.path).with_name("sample.db")).reading() as db:
        assert settings.get(db, "sample") is True
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM people").fetchone()[0] == 0
    page = next(button for button in page.button if button.label == "Go to my own scheme").click().run()
    assert any("Nobody is here yet" in block.value for block in page.markdown)


def test_the_button_that_says_generate_draws_the_round(scheme: Scheme, open_page: Open, now: datetime) -> None:
    """One click, and the draft is on the page that follows."""
    for name in ("Ann", "Bob"):
        people.add(scheme, {"name": name, "email": f"{name}@x.example", "organisation": name}, now)
    page = open_page("overview")
    page = next(button for button in page.button if button.label == "Generate round 1").click().run()
    assert not page.exception
    with scheme.reading() as db:
        assert rounds.rounds(db)["state"].tolist() == ["draft"]
    assert page.title[0].value == "Rounds"
