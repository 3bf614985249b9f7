"""English and Welsh, and a place for the next language."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import coffee.web
from coffee.mail import template
from coffee.scheme import settings
from coffee.web.language import ENGLISH, LANGUAGES, accepted, named
from coffee.web.notices import NOTICES
from tests.web.conftest import OFFICE, serve

WEB = Path(coffee.web.__file__).parent
KEYWORDS = {"_": None, "say": None, "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def texts():
    """Every English text of the pages, with its context."""
    found = extract_from_dir(WEB, METHODS, {}, keywords=KEYWORDS)
    return {(context, text) for _, _, text, _, context in found}


def catalogue(language):
    with (WEB / "languages" / f"{language.code}.po").open("rb") as file:
        return read_po(file, locale=language.code)


def test_welsh_is_there():
    """The second language is Welsh, and calls itself by its own name."""
    assert [(language.code, language.name) for language in OTHERS] == [("cy", "Cymraeg")]


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_every_text_is_translated(language):
    """A text on a page without a translation fails here, and so does a translation of a text that is gone."""
    translated = {(entry.context, entry.id): entry.string for entry in catalogue(language) if entry.id}
    assert translated.keys() == texts()
    assert [text for text, said in translated.items() if not said] == []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_translations_keep_their_values(language):
    """What is filled in, such as a name or a date, is filled in in every language."""
    for entry in catalogue(language):
        if entry.id:
            assert sorted(re.findall(r"%\(\w+\)s", entry.id)) == sorted(re.findall(r"%\(\w+\)s", entry.string))


def test_few_welsh_texts_are_the_english_ones():
    """Almost nothing is spelt alike in both languages, so a copy left in place is noticed."""
    assert {entry.id for entry in catalogue(OTHERS[0]) if entry.id and entry.id == entry.string} == set()


@pytest.mark.parametrize(
    ("header", "code"),
    [("cy", "cy"), ("cy-GB,cy;q=0.9,en;q=0.8", "cy"), ("en-GB,en", "en"), ("fr", "en"), ("", "en"), (";;,,", "en")],
)
def test_the_browsers_language_is_followed(site, header, code):
    """A browser that asks for Welsh gets Welsh; any other gets English."""
    assert accepted(header).code == code
    answer = site.browser.get("/join", headers={"Accept-Language": header})
    assert f'<html lang="{code}">' in answer.text
    assert answer.headers["Content-Language"] == code


def test_the_choice_on_the_page_wins_and_stays(site):
    """Choosing Cymraeg shows Welsh, whatever the browser asks for, through the form and its errors to the next page."""
    english = {"Accept-Language": "en"}
    page = site.browser.get("/join?lang=cy", headers=english).text
    assert "Ymunwch" in page
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in page
    wrong = site.browser.post("/join?lang=cy", headers=english)
    assert "Rhowch eich enw llawn" in wrong.text
    sent = site.browser.post("/p/me?lang=cy", data={"email": "sian@example.org"}, headers=english)
    assert sent.url.query == b"lang=cy"
    assert "Gwiriwch eich e-bost" in sent.text


def test_the_organisers_own_words_carry_their_language(site):
    """On a Welsh page words that were only written in English say that they are English; Welsh ones need not."""
    for name in NOTICES:
        with site.scheme.writing() as db:
            settings.put(db, name, "Ask <Olu>.\n\nOr Siân.")
        welsh = site.browser.get(f"/p/{name}?lang=cy").text
        assert '<div lang="en">\n<p>Ask &lt;Olu&gt;.</p>\n<p>Or Siân.</p>' in welsh
        assert "<div>\n<p>Ask" in site.browser.get(f"/p/{name}?lang=en").text
        with site.scheme.writing() as db:
            settings.put(db, f"{name}:cy", "Gofynnwch i Olu.")
        welsh = site.browser.get(f"/p/{name}?lang=cy").text
        assert "<div>\n<p>Gofynnwch i Olu.</p>" in welsh
        assert "Or Siân" not in welsh


def test_a_scheme_without_a_name_is_called_something_in_each_language(scheme, now):
    """The name that a scheme has until the organiser gives it one is translated; the organiser's is left alone."""
    for title, welsh in (("Coffee trial", "Treial coffi"), ("Coffee & Co", "Coffee &amp; Co")):
        for site in serve(scheme, now, replace(OFFICE, title=title)):
            text = site.browser.get("/p/cookies?lang=cy").text
            assert f" – {welsh}</title>" in text
            assert f"<p>{welsh}</p>" in text


def test_days_are_said_in_the_language():
    """Tue 3 March, and Maw 3 Mawrth."""
    day = date(2026, 3, 3)
    assert (ENGLISH.day(day), OTHERS[0].day(day)) == ("Tue 3 March", "Maw 3 Mawrth")
    assert named("xx") is None


@pytest.mark.parametrize(
    ("chosen", "asked_in", "subject"),
    [("cy", "en", "Eich"), ("en", "cy", "Your"), (None, "cy", "Eich"), ("", "en", "Your")],
)
def test_letters_speak_the_language_chosen_else_the_one_asked_in(site, pair, chosen, asked_in, subject):
    """Whoever chose Welsh gets the link to their page in Welsh; whoever chose nothing gets it as they asked for it."""
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET language = ? WHERE id = ?", [chosen, pair.ada])
    site.browser.post(f"/p/me?lang={asked_in}", data={"email": "ada@example.org"})
    [letter] = site.letters()
    assert letter["Subject"].startswith(subject)
    assert site.browser.get(site.linked(letter)).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_letter_is_there_in_every_language(language):
    """The letters that pages cause exist in each language, with the same fields."""
    for letter in ("confirmation", "own page"):
        english, theirs = (template.default(letter, code) for code in ("en", language.code))
        assert sorted(re.findall(r"{{ \w+ }}", theirs)) == sorted(re.findall(r"{{ \w+ }}", english))
