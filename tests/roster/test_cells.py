"""One cell at a time."""

import re
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.roster import cells
from coffee.roster.cells import Cell


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann@X.Example ", "Ann@x.example"),
        ("\u00a0ann@x.example\u200b", "ann@x.example"),
        ("mailto:ann@x.example", "ann@x.example"),
        ("Ann Lee <ann@x.example>", "ann@x.example"),
        ("o'brien@devon.example", "o'brien@devon.example"),
        ("info@例え.jp", "info@xn--r8jz45g.jp"),
    ],
)
def test_an_address_is_read_however_it_was_pasted(typed: str, kept: str) -> None:
    """Spaces nobody sees, a mail program's decoration and international domains do not keep anybody out."""
    assert cells.email(typed) == Cell(kept)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "the email address is missing"),
        ("ann", "is not an email address"),
        ("ann@x", "is not an email address"),
        ("siân@x.example", "is not an email address that letters can reach: internationalized"),
        ("ann@localhost", "is not an email address"),
        ("a" * 600 + "@x.example", "an email address of 610 characters is longer than any can be"),
        ("a@x.example; b@x.example", "several email addresses; keep one"),
        ("a@x.example b@x.example", "several email addresses; keep one"),
    ],
)
def test_an_address_no_letter_reaches_is_refused_with_the_reason(typed: str, says: str) -> None:
    """The fault is a clause of a sentence, and the row is not used."""
    cell = cells.email(typed)
    assert says in cell.fault
    assert cell.rejects


@given(st.text(st.characters(max_codepoint=0x370) | st.sampled_from("\u0301\u0327\u0316"), max_size=60))
def test_accents_are_composed_as_unicode_has_it(text: str) -> None:
    """NFC, unless more than thirty marks are heaped on one letter: ordering those would take minutes."""
    heaped = re.search("[\u0300-\u036f]{31}", text)
    assert heaped or cells.composed(text) == normalize("NFC", text)


def test_a_heap_of_marks_is_left_as_typed() -> None:
    """Sixty thousand bytes of them are neither an accent nor worth putting in order; thirty on a letter are."""
    heap = "a" + "\u0301" * 15_000 + "\u0327" * 14_500
    assert cells.tidy(heap) == heap
    assert cells.tidy("a" + "\u0327" * 29 + "\u0301") == "á" + "\u0327" * 29


@pytest.mark.parametrize(
    "name", ["O'Brien", "Siân", "李", "NA", "=cmd()", "<b>", "$NAME", "None", "x" * 300, "-", "🙂 Ann"]
)
def test_names_go_through_untouched(name: str) -> None:
    """A name is whatever somebody is called."""
    assert cells.words(name, "name") == Cell(name)


def test_white_space_of_every_kind_is_tidied() -> None:
    """No-break spaces, tabs, line breaks, zero-width marks and decomposed accents leave no trace."""
    assert cells.tidy("\ufeff\u200b Sia\u0302n\u00a0\t Price\r\n\u200d") == "Siân Price"


@settings(deadline=None)
@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    """A tidy text stays as it is, unless it is one of our own defused formulas."""
    once = cells.tidy(text)
    if not once.startswith("'"):
        assert cells.tidy(once) == once
