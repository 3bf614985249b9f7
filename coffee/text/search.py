"""Searching for typed words: all of them, in any order, ignoring case, accents and kinds of apostrophe."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

_UNUSUAL = re.compile("[^\x00-\x7f]+|`")  # to look at these letters only takes a quarter of the time
_BETWEEN = re.compile("[-'\\s\u00ad\u2010-\u2015\u2212]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ`´", "'"))


def finds(words: str, texts: Iterable[str]) -> np.ndarray:
    """Return a boolean per text: does it contain every word? "sian" finds Siân, and "O'Neil" O’Neil.

    The result is an array of shape (n,), which selects rows even of an empty table; a list would select columns.
    """
    sought = folded(words).split()
    read = map(folded, texts) if sought else texts
    return np.fromiter((all(word in text for word in sought) for text in read), bool)


def folded(text: str) -> str:
    """Fold a text for comparing and sorting: ignores case, accents and kinds of apostrophe."""
    return _UNUSUAL.sub(_plain, text.casefold())


def alike(name: str, other: str) -> bool:
    """Return whether two names are equal when folded and without apostrophes, hyphens and spaces."""
    return _BETWEEN.sub("", folded(name)) == _BETWEEN.sub("", folded(other))


def _plain(unusual: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFKD", unusual[0].translate(_APOSTROPHES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
