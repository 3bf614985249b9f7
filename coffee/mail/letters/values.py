"""Values kept out of Markdown: each leaves a mark behind, and takes its place when the parser is done.

So a template is parsed once for the thousands of letters it makes, and nothing a person is called can become a link, a
tag or another field.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

HOLE = "\0"

# Digits mean nothing to Markdown, nor to an address. These are new at each start, so nobody can be called so.
_NONCE = str(10**17 + secrets.randbelow(9 * 10**17))
_MARK = re.compile(_NONCE + r"(\d{5})([01])")
_MARKDOWN = re.compile(rf"\*\*|\[|\]\(<mailto:{HOLE}>\)|{HOLE}")  # what blocks are made of, and their holes
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]+")


@dataclass(frozen=True)
class Block:
    """Markdown made by us, with a HOLE for each of `values`."""

    source: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """As plain text, without Markdown, for a template that does more with it than show it."""
        values = iter(self.values)

        def spoken(mark: re.Match[str]) -> str:
            value = next(values) if HOLE in mark[0] else ""
            return value if mark[0] == HOLE else ""

        return _MARKDOWN.sub(spoken, self.source)


def one_line(value: object) -> str:
    """The value as text on one line, without control characters."""
    return _CONTROL.sub(" ", str(value)).strip()


def shortened(text: str, most: int) -> str:
    """The text, or as much of its beginning as takes at most this many bytes of HTML in UTF-8, and an ellipsis."""
    if len(text) * len("&quot;") <= most:
        return text
    ends = accumulate(len(escape(character).encode()) for character in text)
    fits = sum(end <= most for end in ends)
    return text if fits == len(text) else text[:fits].rstrip() + "…"


class Places:
    """The values of one letter, in the order of their marks."""

    def __init__(self) -> None:
        self._found: dict[str, int] = {}

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values placed so far, each once."""
        return tuple(self._found)

    def place(self, value: object) -> str:
        """The value's mark, or the block with its values' marks; nothing for an empty value."""
        if isinstance(value, Block):
            first, *rest = value.source.split(HOLE)
            return first + "".join(self.place(one) + after for one, after in zip(value.values, rest, strict=True))
        if _NONCE in (text := str(value)):
            return text  # what a template has put together from values that are placed already
        text = one_line(text)
        return f"{_NONCE}{self._found.setdefault(text, len(self._found)):05}0" if text else ""


def in_address(text: str) -> str:
    """The marks in an address, as those of values that become part of it."""
    return _MARK.sub(rf"{_NONCE}\g<1>1", text)


def in_words(text: str) -> str:
    """The marks in an address, as they are elsewhere."""
    return _MARK.sub(rf"{_NONCE}\g<1>0", text)


class Pieces:
    """Text with marks, cut up once."""

    def __init__(self, text: str) -> None:
        self._first, *rest = _MARK.split(text)
        self._rest = [
            (int(index), kind == "1", after)
            for index, kind, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        ]

    def filled(self, values: Sequence[str], address: Callable[[str], str], escape: Callable[[str], str] = str) -> str:
        """The text with its values, each escaped; those in an address go through `address` first."""
        said = [
            escape(address(values[index]) if is_address else values[index]) + after
            for index, is_address, after in self._rest
        ]
        return self._first + "".join(said)
