"""Templates translated when they are compiled."""

import pytest
from jinja2 import UndefinedError

from coffee.text.language import ENGLISH, named
from coffee.web.http.templates import Spoken

WELSH = named("cy")


@pytest.fixture
def said(tmp_path):
    """What a template says in a language."""

    def rendered(source, language=ENGLISH, **values):
        (tmp_path / "page.html").write_text(source, encoding="utf-8")
        return Spoken(tmp_path, language).get_template("page.html").render(values)

    return rendered


def test_texts_are_in_the_language_of_the_templates(said):
    """The same source says it in English and in Welsh, where a word depends on its question too."""
    source = '{{ _("Not yet") }}, {{ pgettext("met", "Yes") }}'
    assert said(source) == "Not yet, Yes"
    assert said(source, WELSH) == f"{WELSH.say('Not yet')}, {WELSH.say_in('met', 'Yes')}"
    assert said(source, WELSH) != said(source)


@pytest.mark.parametrize("name", ["<b>Bo</b>", "{{ 7*7 }}", "%(name)s", "100 %", "O'Brien & Sons"])
def test_values_are_placed_once_and_escaped(said, name):
    """Whatever somebody is called is shown as typed: never markup, never another field."""
    html = said('{{ _("Questions? Write to %(name)s.", name=name) }}', WELSH, name=name)
    assert html == WELSH.say("Questions? Write to %(name)s.") % {
        "name": name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    }


def test_a_value_that_is_missing_is_a_mistake(said):
    """A page never shows a gap where a value should be."""
    with pytest.raises(UndefinedError):
        said('{{ _("Round %(number)s:", number=number) }}')


def test_a_page_and_its_frame_are_one_piece(said, tmp_path):
    """A block stands wherever the frame places it, with the page's own macros; one that the page leaves out stays."""
    frame = (
        "<title>{% block title %}{% endblock %}</title>{% block title %}{% endblock %}{% block end %}.{% endblock %}"
    )
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    page = '{% extends "frame.html" %} not shown {% macro b(text) %}<b>{{ text }}</b>{% endmacro %}'
    page += '{% block title %}{{ _("Not yet") }} {{ b(name) }}{% endblock %}'
    title = f"{WELSH.say('Not yet')} <b>Bo &amp; Co</b>"
    assert said(page, WELSH, name="Bo & Co") == f"<title>{title}</title>{title}."
