"""The Settings page."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coffee.config.environment import load
from coffee.config.sender import office
from coffee.days.place import Place
from coffee.mail.letters import wording
from coffee.place import place
from coffee.rounds.pool import Rules
from coffee.scheme import Scheme, settings
from coffee.web.organisers.vault import Vault

Open = Callable[[str], AppTest]


def button(page: AppTest, label: str, index: int = 0) -> AppTest:
    return [found for found in page.button if found.label == label][index].click().run()


def field(page: AppTest, label: str) -> Any:
    return next(found for found in (*page.text_input, *page.selectbox) if found.label == label)


def test_the_sender_is_saved_and_checked(scheme: Scheme, open_page: Open) -> None:
    """A name and an address are kept; something that is no address is refused in a sentence and nothing saved."""
    page = open_page("settings")
    field(page, "Your name").set_value("Siân O'Brien")
    field(page, "Your email address").set_value("no address")
    page = button(page, "Save", 1)
    assert "not an email address" in page.error[0].value.replace("\\", "")
    field(page, "Your email address").set_value("sian@gwynedd.llyw.cymru")
    page = button(page, "Save", 1)
    assert not page.exception
    with scheme.reading() as db:
        assert settings.get(db, "from") == "Siân O'Brien <sian@gwynedd.llyw.cymru>"
    assert page.text_input[2].value == "Siân O'Brien"


def test_one_save_keeps_what_was_typed_anywhere(scheme: Scheme, open_page: Open) -> None:
    """Name and notice are typed, the Save below the letters is pressed: all is kept, unless the address
    is faulty; then a sentence says so and what was typed stays.
    """
    page = open_page("settings")
    page.text_input[0].set_value("Unmentoring")
    page.text_area[0].set_value("Ask Siân.")
    page.text_input[3].set_value("sian@")
    page = button(page, "Save", 1)
    assert "Nothing was saved" in page.error[0].value.replace("\\", "")
    assert page.text_input[0].value == "Unmentoring"
    page.text_input[3].set_value("sian@gwynedd.llyw.cymru")
    button(page, "Save", 3)
    with scheme.reading() as db:
        kept = settings.everything(db)
    assert (kept["title"], kept["privacy"], kept["from"]) == ("Unmentoring", "Ask Siân.", "sian@gwynedd.llyw.cymru")


def test_what_another_organiser_saved_meanwhile_stays(scheme: Scheme, open_page: Open) -> None:
    """A Save keeps what was typed here, and does not bring back what stood in the other fields before."""
    page = open_page("settings")
    with scheme.writing() as db:
        settings.put(db, "privacy", "Theirs.")
        settings.put(db, "silo", "team")
    page.text_input[0].set_value("Unmentoring")
    button(page, "Save", 0)
    with scheme.reading() as db:
        kept = settings.everything(db)
    assert (kept["title"], kept["privacy"], kept["silo"]) == ("Unmentoring", "Theirs.", "team")
    page.text_input[0].set_value("Coffee trial")
    button(page, "Save", 0)
    with scheme.reading() as db:
        assert settings.get(db, "title") == "Coffee trial"


def test_without_a_sender_the_rest_is_saved(scheme: Scheme, open_page: Open) -> None:
    """Nobody has to give an address to name the scheme; a name alone is asked for its address."""
    page = open_page("settings")
    page.text_input[0].set_value("Unmentoring")
    page = button(page, "Save", 0)
    assert not page.error
    page.text_input[2].set_value("Siân")
    assert "email address is missing" in button(page, "Save", 0).error[0].value
    with scheme.reading() as db:
        assert settings.get(db, "title") == "Unmentoring"


def test_a_password_is_set_and_then_asked_for(scheme: Scheme, open_page: Open) -> None:
    """A short one is refused; a good one is kept as a hash; changing it needs the current one."""
    vault = Vault(load().vault)
    page = open_page("settings")
    field(page, "New password").set_value("short")
    assert "too short" in button(page, "Set a password").error[0].value
    field(page, "New password").set_value("three random words")
    page = button(page, "Set a password")
    assert vault.matches("three random words")
    assert "three random words" not in vault.path.read_text()
    field(page, "Current password").set_value("wrong")
    field(page, "New password").set_value("another three words")
    assert "not right" in button(page, "Change password").error[0].value
    assert vault.matches("three random words")


def test_what_a_draw_goes_by_is_kept(scheme: Scheme, open_page: Open) -> None:
    """The organiser's choices are what the next draw reads."""
    page = open_page("settings")
    next(toggle for toggle in page.toggle if "Mix roles" in toggle.label).set_value(True)
    button(page, "Save", 2)
    with scheme.reading() as db:
        assert Rules.read(db) == Rules(mix_roles=True)


def test_replies_and_languages_are_saved_whoever_signs(
    scheme: Scheme, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings has the reply address and the default language, even if the environment sets the sender."""
    monkeypatch.setenv("COFFEE_FROM", "Ann Lee <ann@example.org>")
    page = open_page("settings")
    languages = field(page, "Letters to people who chose no language")
    assert languages.options == ["Welsh and English", "English", "Welsh"]
    assert languages.value == "cy en"
    field(page, "Replies go to").set_value("no address")
    assert "not an email address" in button(page, "Save", 1).error[0].value.replace("\\", "")
    field(page, "Replies go to").set_value("team@example.org")
    field(page, "Letters to people who chose no language").set_value("en")
    button(page, "Save", 1)
    with scheme.reading() as db:
        assert office(db, load()).reply_to == "team@example.org"
        assert office(db, load()).address == "ann@example.org"
        assert [language.code for language in wording.texts(db, "news").undecided] == ["en"]
        assert settings.get(db, "from") is None
    field(page, "Replies go to").set_value("")
    button(page, "Save", 1)
    with scheme.reading() as db:
        assert office(db, load()).reply_to is None


@pytest.mark.parametrize("name", ["COFFEE_FROM", "COFFEE_PASSWORD"])
def test_what_the_machine_sets_is_not_offered_here(open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A sender or password from the environment is shown as fixed there."""
    monkeypatch.setenv(name, "Ann Lee <ann@example.org>")
    page = open_page("settings")
    assert any(f"comes from {name}" in block.value.replace("\\", "") for block in page.markdown)


def test_notices_are_kept_in_each_language(scheme: Scheme, open_page: Open) -> None:
    """The Welsh text of the cookie page is saved separately from the English."""
    page = open_page("settings")
    page.text_area(key="settings-notices-cookies").set_value("A gateway sets one.")
    page.text_area(key="settings-notices-cookies:cy").set_value("Mae porth yn gosod un.")
    button(page, "Save", 3)
    with scheme.reading() as db:
        assert settings.get(db, "cookies") == "A gateway sets one."
        assert settings.get(db, "cookies:cy") == "Mae porth yn gosod un."


def test_country_and_zone_are_kept(scheme: Scheme, open_page: Open) -> None:
    """England and London's time are offered; what is chosen instead is saved and shown again."""
    page = open_page("settings")
    assert (field(page, "Country").value, field(page, "Time zone").value) == ("GB-ENG", "Europe/London")
    field(page, "Country").set_value("GB-NIR")
    field(page, "Time zone").set_value("Europe/Belfast")
    page = button(page, "Save", 0)
    assert not page.exception
    with scheme.reading() as db:
        assert place(db) == Place("GB-NIR", "Europe/Belfast")
    assert field(open_page("settings"), "Country").value == "GB-NIR"
