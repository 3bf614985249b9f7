"""Finding something by typed words: all of them, in any order and case, accents and kinds of apostrophe aside."""

import unicodedata
from collections.abc import Iterable

_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ`´", "'"))


def finds(words: str, texts: Iterable[str]) -> list[bool]:
    """Whether each of the texts has every one of the words in it: "sian" finds Siân, and "O'Neil" O’Neil."""
    sought = _folded(words).split()
    return [all(word in text for word in sought) for text in (map(_folded, texts) if sought else texts)]


def _folded(text: str) -> str:
    plain = text.casefold().translate(_APOSTROPHES)
    if plain.isascii():
        return plain
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
