"""Switching a form's language loses no input and saves nothing."""

import re
import sqlite3
from contextlib import closing
from typing import Any, cast

import html5lib
import pytest

from tests.web.conftest import Pair, Site
from tests.web.test_join import SIAN

ODD = "Siân <b>“O'Brien”</b> & 李 {{ 7*7 }} %(x)s"
OWN = {name: value for name, value in SIAN.items() if name not in ("email", "agree")}
FORMS: dict[str, tuple[str, Any]] = {
    "join": ("/join", SIAN | {"name": ODD, "email": "not yet", "shares": ["phone"]}),
    "ask": ("/p/me", {"email": ODD}),
    "details": ("me/details", OWN | {"name": ODD, "topics": "bikes\nand trees", "version": "1", "shares": ["email"]}),
    "address": ("me/address", {"email": ODD}),
    "erase": ("me/erase", {"sure": "yes"}),
    "feedback": ("feedback", {"met": "yes", "useful": "4", "story": ODD, "comment": "Half a sent", "again": "no"}),
    "feedback from their page": ("me/feedback/1", {"met": "no", "why_not": ODD}),
    "pause": ("me", {"until": "2099-01-31"}),
}


def typed(page: Any) -> Any:
    """The filled-in fields of the page's form."""
    form = html5lib.parse(page, namespaceHTMLElements=False).find(".//form[@id='typed']")
    filled_in: dict[str, list[str]] = {}
    for field in (*form.iter("input"), *form.iter("textarea")):
        value = field.get("value") if field.tag == "input" else field.text
        if value and (field.get("type") not in ("checkbox", "radio") or "checked" in field.keys()):  # noqa: SIM118
            filled_in.setdefault(field.get("name"), []).append(value)
    return filled_in


@pytest.mark.parametrize("name", FORMS)
def test_switching_the_language_keeps_what_was_typed(site: Site, pair: Pair, name: Any) -> None:
    """Every form keeps its input when switched there and back, and the scheme is not written to."""
    path, data = FORMS[name]
    if not path.startswith("/"):
        purpose, _, below = path.partition("/")
        path = site.link(cast(Any, purpose), pair.ada, 1 if purpose == "feedback" else None) + (below and f"/{below}")
    assert 'name="unsent" value="cy" formaction="?lang=cy"' in site.browser.get(path).text
    with closing(sqlite3.connect(site.scheme.path)) as onlooker:
        before = onlooker.execute("PRAGMA data_version").fetchone()
        for language in ("cy", "en"):
            answer = site.browser.post(f"{path}?lang={language}", data=data | {"unsent": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text
            assert "summary-title" not in answer.text
            wanted = {key: value if isinstance(value, list) else [value] for key, value in data.items()}
            assert typed(answer.text) == wanted
        assert onlooker.execute("PRAGMA data_version").fetchone() == before


def test_what_was_typed_is_shown_to_nobody_else(site: Site) -> None:
    """The next visitor to the form sees none of it."""
    plain = site.browser.get("/join?lang=cy").text
    assert "Mallory" in site.browser.post("/join?lang=cy", data=SIAN | {"name": "Mallory", "unsent": "cy"}).text
    assert site.browser.get("/join?lang=cy").text == plain


def test_the_enter_key_sends_the_form(site: Site, pair: Pair) -> None:
    """Browsers press a form's first button on Enter, and that button does not switch the language."""
    for path in ("/join", site.link("me", pair.ada), site.link("feedback", pair.ada, 1)):
        first = re.search(r'<button form="typed"[^>]*>', site.browser.get(path).text)
        assert first is not None
        assert "unsent" not in first[0]
