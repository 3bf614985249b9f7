"""Templates in English and Welsh."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from coffee.text.language import ENGLISH, LANGUAGES
from coffee.web.http.templates import templates_in

WELSH = LANGUAGES[-1]


@pytest.fixture
def filled(tmp_path: Path) -> Any:
    """A function that fills a template in a language."""

    def fill(source: Any, language: Any = ENGLISH, **values: Any) -> Any:
        (tmp_path / "page.html").write_text(source, encoding="utf-8")
        return templates_in(language, tmp_path).get_template("page.html").render(values)

    return fill


def test_texts_are_in_the_language_of_the_templates(filled: Any) -> None:
    """The same template speaks English or Welsh, also where a word depends on its context."""
    source = '{{ _("Not yet") }}, {{ pgettext("met", "Yes") }}'
    assert filled(source) == "Not yet, Yes"
    assert filled(source, WELSH) == f"{WELSH.say('Not yet')}, {WELSH.say_in('met', 'Yes')}"
    assert filled(source, WELSH) != filled(source)


@pytest.mark.parametrize("name", ["<b>Bo</b>", "{{ 7*7 }}", "%(name)s", "100 %", "O'Brien & Sons"])
def test_values_are_placed_once_and_escaped(filled: Any, name: str) -> None:
    """A value appears as typed, never as markup or as another field."""
    html = filled('{{ _("Questions? Write to %(name)s.", name=name) }}', WELSH, name=name)
    assert html == WELSH.say("Questions? Write to %(name)s.") % {
        "name": name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    }


def test_a_value_that_is_missing_is_a_mistake(filled: Any) -> None:
    """A missing value raises an error, so that no page shows a gap."""
    with pytest.raises(UndefinedError):
        filled('{{ _("Round %(number)s:", number=number) }}')


def test_an_imported_macro_speaks_the_language_of_the_page(filled: Any, tmp_path: Path) -> None:
    """Macros are imported without the page's values, and still translate and know the language."""
    (tmp_path / "parts.html").write_text('{% macro no() %}{{ _("Not yet") }} {{ language.code }}{% endmacro %}')
    source = '{% from "parts.html" import no %}{{ no() }}'
    assert [filled(source), filled(source, WELSH)] == ["Not yet en", f"{WELSH.say('Not yet')} cy"]
