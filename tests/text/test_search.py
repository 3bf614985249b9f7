"""Whatever is searched for is found as one would say it."""

import pytest

from coffee.text.search import finds

NAMES = ["Siân O’Neil, Ynys Môn", "Sian O'Neil", "Zoë Brontë", "李 小龍", "Ann Lee <ann.lee@devon.gov.uk>", "Straße"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sian", [0, 1]),
        ("o'neil SIÂN", [0, 1]),
        ("neil’ ", []),
        ("Sia\u0302n", [0, 1]),
        ("\u0301", [0, 1, 2, 3, 4, 5]),
        ("o`neil ynys", [0]),
        ("bronte zoe", [2]),
        ("小龍", [3]),
        ("ann.lee@", [4]),
        ("strasse", [5]),
        ("[", []),
        ("  ", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_words_are_found_in_any_order_without_accents(words: str, found: list[int]) -> None:
    """Every word must be there; case, accents and the kind of apostrophe do not matter, and nothing is a pattern."""
    assert [place for place, hit in enumerate(finds(words, NAMES)) if hit] == found
