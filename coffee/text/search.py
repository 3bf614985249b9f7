"""Finding something by typed words: all of them, in any order and case, accents and kinds of apostrophe aside."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

_UNUSUAL = re.compile("[^\x00-\x7f]+|`")  # to look at these letters only takes a quarter of the time
_BETWEEN = re.compile("[-'\\s\u00ad\u2010-\u2015\u2212]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ`´", "'"))


def finds(words: str, texts: Iterable[str]) -> np.ndarray:
    """Whether each of the n texts has every one of the words in it: "sian" finds Siân, and "O'Neil" O’Neil.

    Shape (n,), bool: it chooses rows of a table, of an empty one too, where a list would choose columns.
    """
    sought = folded(words).split()
    read = map(folded, texts) if sought else texts
    return np.fromiter((all(word in text for word in sought) for text in read), bool)


def folded(text: str) -> str:
    """The text as it is compared and ordered: case, accents and kinds of apostrophe aside."""
    return _UNUSUAL.sub(_plain, text.casefold())


def alike(name: str, other: str) -> bool:
    """Whether two names are the same as `folded` and with apostrophes, hyphens and spaces left out."""
    return _BETWEEN.sub("", folded(name)) == _BETWEEN.sub("", folded(other))


def _plain(unusual: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFKD", unusual[0].translate(_APOSTROPHES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
