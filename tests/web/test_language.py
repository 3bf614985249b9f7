"""The pages and letters in English and Welsh, ready for another language."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import coffee
from coffee.mail.letters import template, wording
from coffee.scheme import Scheme, settings
from coffee.text.language import ENGLISH, LANGUAGES, accepted, chosen, named
from coffee.web.participants.statements import NOTICES
from tests.web.conftest import OFFICE, Pair, Site, serve

COFFEE = Path(coffee.__file__).parent
KEYWORDS = {"_": None, "say": None, "say_many": (1, 2), "pgettext": ((1, "c"), 2), "say_in": ((1, "c"), 2)}
METHODS = [
    *((place, "python") for place in ("text/language.py", "mail/**.py", "web/**.py")),
    ("web/templates/**.html", "jinja2"),
]
BRACES = r"(?:{{ \w+ }}|{% [\w ]+ %})"
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def texts() -> Any:
    """Every English text of the pages and letters, with its context."""
    extracted = extract_from_dir(COFFEE, METHODS, {}, keywords=KEYWORDS)
    return {(context, text) for _, _, text, _, context in extracted}


def catalogue(language: Any) -> Any:
    with (COFFEE / "languages" / f"{language.code}.po").open("rb") as file:
        return read_po(file, locale=language.code)


def forms(text: Any) -> Any:
    """The singular and the plurals of a text that has them, else just the text."""
    return [text] if isinstance(text, str) else list(text)


def test_welsh_is_there() -> None:
    """The second language is Welsh, and calls itself by its own name."""
    assert [(language.code, language.name) for language in OTHERS] == [("cy", "Cymraeg")]


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_every_text_is_translated(language: Any) -> None:
    """Every text has a translation, and every translation has its text."""
    translated = {(entry.context, entry.id): entry.string for entry in catalogue(language) if entry.id}
    assert translated.keys() == texts()
    assert [text for text, translation in translated.items() if not all(forms(translation))] == []


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_translations_keep_their_values(language: Any) -> None:
    """Every translation fills in the same values, such as names and dates, as the English."""
    for entry in catalogue(language):
        english = set(re.findall(r"%\(\w+\)s", forms(entry.id)[0]))
        assert all(set(re.findall(r"%\(\w+\)s", form)) == english for form in forms(entry.string) if entry.id)


def test_few_welsh_texts_are_the_english_ones() -> None:
    """No text is the same in both languages, so a copy left untranslated is noticed."""
    assert {entry.id for entry in catalogue(OTHERS[0]) if entry.id and entry.id == entry.string} == set()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("cy", "cy"),
        ("cy-GB,cy;q=0.9,en;q=0.8", "cy"),
        ("en-GB,en", "en"),
        ("fr", "en"),
        ("", "en"),
        (";;,,", "en"),
        ("cy;q=0,en", "en"),
        ("en;q=0.5, cy", "cy"),
        ("cy; q=0.2 , en; q=0.7", "en"),
        ("cy;q=x", "cy"),
    ],
)
def test_the_browsers_language_is_followed(site: Site, header: str, code: str) -> None:
    """A browser that asks for Welsh gets Welsh, and any other gets English."""
    assert accepted(header).code == code
    answer = site.browser.get("/join", headers={"Accept-Language": header})
    assert f'<html lang="{code}">' in answer.text
    assert answer.headers["Content-Language"] == code


def test_the_choice_on_the_page_wins_and_stays(site: Site) -> None:
    """Choosing Cymraeg overrides the browser and lasts through the form and its errors to the next page."""
    english = {"Accept-Language": "en"}
    page = site.browser.get("/join?lang=cy", headers=english).text
    assert "Ymunwch" in page
    assert 'formaction="?lang=en" lang="en">English</button>' in page
    privacy = site.browser.get("/p/privacy?lang=cy", headers=english).text
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in privacy
    wrong = site.browser.post("/join?lang=cy", headers=english)
    assert "Rhowch eich enw llawn" in wrong.text
    sent = site.browser.post("/p/me?lang=cy", data={"email": "sian@example.org"}, headers=english)
    assert sent.url.query == b"lang=cy"
    assert "Gwiriwch eich e-bost" in sent.text


def test_the_organisers_own_words_carry_their_language(site: Site) -> None:
    """On a Welsh page, text that exists only in English is marked as English."""
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


def test_what_the_organiser_wrote_is_not_contradicted_and_can_be_followed(site: Site) -> None:
    """The template claims no more than the organiser's words do, and addresses in them become links."""
    claims = {"accessibility": "We know of no failures.", "cookies": "nothing to accept or refuse"}
    words = "See https://devon.example/privacy?a=1&b=2 or write to dpo@devon.example. <b>Or call.</b>"
    for name in NOTICES:
        assert claims.get(name, "Privacy") in site.browser.get(f"/p/{name}?lang=en").text
        with site.scheme.writing() as db:
            settings.put(db, name, words)
        page = site.browser.get(f"/p/{name}?lang=en").text
        assert name not in claims or claims[name] not in page
        assert '<a href="https://devon.example/privacy?a=1&amp;b=2" rel="noopener">' in page
        assert '<a href="mailto:dpo@devon.example">dpo@devon.example</a>' in page
        assert "&lt;b&gt;Or call.&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("changes", "shown"),
    [({}, True), ({"invented": True}, False), ({"invented": True, "reply_to": "ann@devon.example"}, True)],
)
def test_nobody_is_sent_to_an_address_that_nobody_gave(
    scheme: Scheme, now: datetime, changes: Any, shown: bool
) -> None:
    """No page shows the placeholder sender of letters that stay on this machine, or promises an address below."""
    for site in serve(scheme, now, replace(OFFICE, **changes)):
        page = site.browser.get("/p/accessibility?lang=en").text
        assert ("mailto:" in page, "the address below" in page) == (shown, shown)
        assert ("tell the organiser" in page) != shown


def test_a_scheme_without_a_name_is_called_something_in_each_language(scheme: Scheme, now: datetime) -> None:
    """The default name of a scheme is translated, and a name set by the organiser is not."""
    for title, welsh in (("Coffee trial", "Treial coffi"), ("Coffee & Co", "Coffee &amp; Co")):
        for site in serve(scheme, now, replace(OFFICE, title=title)):
            text = site.browser.get("/p/cookies?lang=cy").text
            assert f" – {welsh}</title>" in text
            assert f"<p>{welsh}</p>" in text


def test_questions_go_to_the_scheme_where_no_sender_has_a_name(scheme: Scheme, now: datetime) -> None:
    """The footer names the organiser, or else the scheme in the page's language."""
    unnamed = replace(OFFICE, name="", title="Coffee trial")
    for office, code, name in ((unnamed, "cy", "Treial coffi"), (unnamed, "en", "Coffee trial"), (OFFICE, "cy", "Olu")):
        for site in serve(scheme, now, office):
            assert re.search(rf"(Write to|Ysgrifennwch at) {name}", site.browser.get(f"/p/cookies?lang={code}").text)


def test_days_are_said_in_the_language() -> None:
    """Tue 3 March 2026, and Maw 3 Mawrth 2026."""
    day = date(2026, 3, 3)
    assert (ENGLISH.day(day), OTHERS[0].day(day)) == ("Tue 3 March 2026", "Maw 3 Mawrth 2026")
    assert named("xx") is None


@pytest.mark.parametrize(
    ("choice", "subject"),
    [
        ("cy", "Eich tudalen yn Coffee & Co"),
        ("en", "Your page of Coffee & Co"),
        ("cy en", "Eich tudalen yn Coffee & Co | Your page of Coffee & Co"),
        ("", "Eich tudalen yn Coffee & Co | Your page of Coffee & Co"),
    ],
)
def test_letters_speak_the_language_chosen(site: Site, pair: Pair, choice: str, subject: str) -> None:
    """People who chose Welsh get the link in Welsh. Those who chose both languages, or none, get it in both."""
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET language = ? WHERE id = ?", [choice, pair.ada])
    site.browser.post("/p/me?lang=en", data={"email": "ada@example.org"})
    [letter] = site.letters()
    assert letter["Subject"] == subject
    assert site.browser.get(site.linked(letter)).status_code == 200


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
@pytest.mark.parametrize("kind", wording.KINDS)
def test_every_letter_is_there_in_every_language(kind: Any, language: Any) -> None:
    """Every letter exists in each language, with the same fields and different words."""
    english, theirs = (template.default(kind, code) for code in ("en", language.code))
    assert sorted(re.findall(BRACES, theirs)) == sorted(re.findall(BRACES, english))
    assert set(theirs.splitlines()) & set(english.splitlines()) <= {"", "---", *own_lines(english)}


def own_lines(source: Any) -> Any:
    """The lines of a template that hold only a field, or a condition on one."""
    return re.findall(rf"^(?:> )?{BRACES}$", source, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("cy", "cy"), ("Welsh", "cy"), ("CYMRAEG", "cy"), ("cy-GB", "cy"), ("en", "en"), ("English", "en"),
        ("Welsh and English", "cy en"), ("cy en", "cy en"), ("Both", "cy en"), ("y ddwy", "cy en"),
        ("", ""), ("Klingon", ""),
    ],
)  # fmt: skip
def test_a_choice_is_understood(words: str, codes: str) -> None:
    """A roster may give languages by code, name or English name, and Welsh comes before English."""
    assert " ".join(language.code for language in chosen(words)) == codes


@pytest.mark.parametrize(
    ("words", "english", "welsh"),
    [
        ([], "", ""),
        (["Siân"], "Siân", "Siân"),
        (["Ann", "Siân"], "Ann and Siân", "Ann a Siân"),
        (["Siân", "Ann"], "Siân and Ann", "Siân ac Ann"),
        (["A", "B", "Êifion"], "A, B and Êifion", "A, B ac Êifion"),
        (["A", "Yusuf"], "A and Yusuf", "A a Yusuf"),
    ],
)
def test_lists_are_said_in_the_language(words: Any, english: str, welsh: str) -> None:
    """English joins with "and". The Welsh word depends on whether a vowel follows."""
    assert (ENGLISH.listed(words), OTHERS[0].listed(words)) == (english, welsh)


def test_counts_take_their_form_in_the_language() -> None:
    """Welsh has five forms after a number and English two. Thousands get a separator."""
    texts = "%(count)s new connection", "%(count)s new connections"
    assert [ENGLISH.say_many(*texts, count) for count in (1, 1200)] == ["1 new connection", "1,200 new connections"]
    assert [OTHERS[0].say_many(*texts, count).split()[1] for count in (1, 2, 3, 6, 21)] == [
        "cysylltiad", "gysylltiad", "chysylltiad", "chysylltiad", "o",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "seen", "screen"),
    [("en", "your name, role, organisation", "At a launch event"), ("cy", "eich enw, eich rôl", "digwyddiad lansio")],
)
def test_the_privacy_notice_says_all_that_others_see(site: Site, code: str, seen: str, screen: str) -> None:
    """It says that partners see the role, and that a launch's big screen shows names to the whole room."""
    text = site.browser.get(f"/p/privacy?lang={code}").text
    assert seen in text
    assert screen in text


def test_each_language_is_named_in_its_own_tongue(site: Site) -> None:
    """A screen reader speaks Cymraeg as Welsh on an English page, also in the choice of both."""
    labels = re.findall(r'name="language"[^>]*><label[^>]*>(.*?)</label>', site.browser.get("/join?lang=en").text)
    assert labels == ["English", '<span lang="cy">Cymraeg</span>', '<span lang="cy">Cymraeg</span> / English']


@pytest.mark.parametrize(
    ("undecided", "code", "titles"),
    [
        (None, "en", [("h1", None, "Talk to somebody new"), ("h2", "cy", "Siaradwch â rhywun newydd")]),
        (None, "cy", [("h1", None, "Siaradwch â rhywun newydd"), ("h2", "en", "Talk to somebody new")]),
        ("en", "en", [("h1", None, "Talk to somebody new")]),
    ],
)
def test_a_poster_speaks_to_everybody(site: Site, undecided: str | None, code: str, titles: Any) -> None:
    """It uses the languages for people who have not chosen one, the page's first, each marked as such."""
    with site.scheme.writing() as db:
        settings.put(db, wording.UNDECIDED, undecided)
    tree = html5lib.parse(site.browser.get(f"/p/poster?lang={code}").text, namespaceHTMLElements=False)
    shown = [("h1", None, one.text) for one in tree.iter("h1")]
    shown += [("h2", block.get("lang"), one.text) for block in tree.iter("div") for one in block.findall("h2")]
    assert shown == titles
