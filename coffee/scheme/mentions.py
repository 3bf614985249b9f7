"""Mentions of one person in text that others typed, in any case, accents and spacing.

Pure text; `coffee.scheme.typed_text` looks through the file with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from unicodedata import category, combining, normalize

import phonenumbers
import regex
from phonenumbers.phonemetadata import PhoneMetadata

from coffee.scheme.ordinary_words import ORDINARY

ERASED = "[erased]"
Span = tuple[int, int]

_LETTER_WORDS = {"a", "i", "o", "y"}  # of English or Welsh
_TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "rev", "revd", "cllr",
}  # fmt: skip
_ALIKE = str.maketrans(
    {**dict(zip("øłđðħıŧæœþ", ("o", "l", "d", "d", "h", "i", "t", "ae", "oe", "th"), strict=True)),
     **dict.fromkeys("’‘ʼ`´", "'"), **dict.fromkeys("‐‑‒–—―−", "-")}
)  # fmt: skip
_UNUSUAL = regex.compile(r"[^\x00-\x7f]|`")
_ACCENTS = 10  # the combining classes from here on only tell how a letter sounds
_FEWEST_DIGITS = 6  # a number of fewer is an extension, and may be any number
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*")
_BETWEEN = r"(?:[^\p{L}\p{M}\p{N}&]|&\#?\w{2,6};){1,4}"  # two words of a name, in HTML as well
_APOSTROPHE = r"(?:'|&\#39;|&\#x27;|&apos;)?\s?"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_OPENS, _ENDS = r"(?<![\p{L}\p{M}\p{N}])", r"(?![\p{L}\p{M}\p{N}])"
_NAME_BEFORE = regex.compile(r"\p{Lu}[\p{L}\p{M}]*['’‐‑-]$")
_NAME_BEHIND = regex.compile(r"['’‐‑-]\p{Lu}[\p{L}\p{M}]")
_REGION = "GB"  # of numbers that are kept as they were typed
_ANY_ADDRESS = regex.compile(r"[^\s<>()\",;:@]*+@[^\s<>()\",;:]+|(?:https?://|www\.)\S+")
_GAP = r"(?:[^\p{L}\p{N}\n]{0,3})"


@dataclass(frozen=True)
class Mentions:
    """A person's names, addresses and numbers, present and past. Numbers are international, or as they were typed.

    `others` are other people's names: Jo is not mentioned in Jo Smith.
    """

    names: Sequence[str]
    addresses: Sequence[str] = ()
    numbers: Sequence[str] = ()
    others: Sequence[str] = ()

    def spans(self, text: str, *, first_name: bool = False, one_word: bool = True) -> list[Span]:
        """Find mentions of the person in a text, left to right; with `first_name`, by the first name too.

        `one_word=False` skips full names of one word, because in an organisation's name they mean somebody else.
        """
        if not self._may_be_in(text):
            return []
        letters, places = _folded(text)
        names = [name for name in self._whole if one_word or name.words > 1]
        names += [self._first] if first_name and self._first else []
        found = list(_found(self._certain, letters, places, text))
        longer = [span for name in self._longer for span in _named(name, letters, places, text)]
        for name in names:
            found += _apart(
                (span for span in _named(name, letters, places, text) if not _is_within(span, longer)), found
            )
        return sorted(found)

    def replaced(self, text: str, *, first_name: bool = False, one_word: bool = True) -> str:
        """Return the text with each mention replaced."""
        pieces, end = [], 0
        for start, stop in self.spans(text, first_name=first_name, one_word=one_word):
            pieces += [text[end:start], ERASED]
            end = stop
        return "".join([*pieces, text[end:]])

    @cached_property
    def _certain(self) -> regex.Pattern[str]:
        """Addresses and numbers, which need no capital letter."""
        return _any([*map(_address, self.addresses), *map(_number, filter(_national, self.numbers))])

    @cached_property
    def _whole(self) -> list["_Name"]:
        return [_Name.of(order) for name in self.names for order in _orders(name)]

    @cached_property
    def _first(self) -> "_Name | None":
        firsts = [words for name in self.names if len("".join(words := _first_name(name))) > 1]
        return _Name.of(*firsts) if firsts else None

    @cached_property
    def _longer(self) -> list["_Name"]:
        """Other people's names that contain one of these names."""
        own = {word for name in self.names for word in _words(name)}
        near = {name for name in self.others if len(words := _words(name)) > 1 and not own.isdisjoint(words)}
        return [_Name.of(*_orders(name)) for name in sorted(near)]

    @cached_property
    def _signs(self) -> tuple[list[str], list[str]]:
        """Fragments that any mention must contain: part of each name and address, and each number's last digits."""
        words = [order[0] for name in self.names for order in _orders(name)]
        users = [_fold(address.partition("@")[0]) for address in self.addresses]
        numbers = filter(None, map(_national, self.numbers))
        return [word.partition("'")[0] for word in words] + users, [number[-5:] for number in numbers]

    def _may_be_in(self, text: str) -> bool:
        """Rule out nearly every text quickly, because an erasure reads all of them."""
        words, numbers = self._signs
        letters = _fold(text)
        if any(word in letters for word in words):
            return True
        digits = _digits(letters) if numbers else ""
        return any(number in digits for number in numbers)


@dataclass(frozen=True)
class _Name:
    """Words in one order; `needs_capitals` when each of them is an ordinary word too."""

    pattern: regex.Pattern[str]
    needs_capitals: bool
    words: int

    @classmethod
    def of(cls, *orders: Sequence[str]) -> "_Name":
        ordinary = all(len("".join(order)) < 2 or ORDINARY.issuperset(order) for order in orders)
        return cls(_any(map(_in_order, orders)), ordinary, min(map(len, orders)))


def _orders(name: str) -> list[list[str]]:
    """Word orders of a name: Siân Price, Price Siân. A name made only of symbols has one order.

    Returns none for a single letter that is a word, such as I: every sentence about oneself contains it.
    """
    words = _words(name)
    if "".join(words) in _LETTER_WORDS:
        return []
    if sum(map(len, words)) < 2 and len(name.strip()) > 1:
        return [[_fold(name.strip())]]
    turned = [words[1:] + words[:1], words[-1:] + words[:-1]] if len(words) > 1 else []
    return [words, *turned] if words else []


@cache
def _words(name: str) -> list[str]:
    """The words of a name, folded, without its title and without anything in brackets."""
    bare = regex.sub(r"\([^)]*\)", " ", name)
    words: list[str] = _WORD.findall(_fold(bare)) or _WORD.findall(_fold(name))
    return words[1:] if len(words) > 1 and words[0] in _TITLES else words


def _first_name(name: str) -> list[str]:
    """The words of the first name, also in Anne-Marie Li and Price, Siân. Empty for a name of one word."""
    family, comma, given = regex.sub(r"\([^)]*\)", " ", name).partition(",")
    parts = [words for part in (given if comma and given.strip() else family).split() if (words := _words(part))]
    if len(parts) > 1 and "".join(parts[0]) in _TITLES:
        parts = parts[1:]
    return parts[0] if parts and len(parts[0]) < len(_words(name)) else []


def _in_order(words: Sequence[str]) -> str:
    whole = "".join(words)
    unspaced = regex.fullmatch(rf"[{_UNSPACED}\p{{M}}]+", whole) is not None
    between = f"(?:{_BETWEEN})?" if unspaced else _BETWEEN
    body = between.join(_APOSTROPHE.join(map(regex.escape, word.split("'"))) for word in words)
    # Between ideographs there is a word boundary everywhere, so that a whole name is found within a sentence.
    if unspaced and (len(words) > 1 or len(regex.findall(r"\p{Han}", whole)) > 1):
        return rf"{body}(?!\p{{M}})"
    return f"{_OPENS}{body}{_ENDS}"


def _address(text: str) -> str:
    user, at, domain = _fold(text).partition("@")
    domains = {domain, _fold(_unicode(domain))}
    rest = rf"(?:@|%40)(?:{'|'.join(map(regex.escape, sorted(domains)))})" if at else ""
    before = r"(?<![\p{L}\p{M}\p{N}]|[\p{L}\p{N}][-.+_%'])"
    return rf"{before}{regex.escape(user)}{rest}(?![\p{{L}}\p{{M}}\p{{N}}_]|[-.][\p{{L}}\p{{N}}])"


def _unicode(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _national(text: str) -> str:
    """The digits of a telephone number without country code and prefix; '' when there are too few for one."""
    try:
        digits = phonenumbers.national_significant_number(phonenumbers.parse(text, _REGION))
    except phonenumbers.NumberParseException:
        digits = _digits(text)
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _number(text: str) -> str:
    """A pattern for a number's digits in any spacing, with country code, national prefix or neither."""
    front = ""
    with suppress(phonenumbers.NumberParseException):
        code = phonenumbers.parse(text, _REGION).country_code
        metadata = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(code or 0))
        trunk = (metadata and metadata.national_prefix) or "0"
        abroad = rf"(?:\+|0{_GAP}0{_GAP})?{_GAP.join(str(code))}{_GAP}(?:{trunk}{_GAP})?"
        front = rf"(?:\((?=\+?\d+\)[\s-]*\d))?(?:{abroad}|{trunk}{_GAP})?"
    return rf"(?<!\d|\+\d{{1,3}}\s?){front}{_GAP.join(_national(text))}(?!\d)"


def _digits(text: str) -> str:
    return "".join(regex.findall(r"\d+", text))


def _any(patterns: Iterator[str] | Sequence[str]) -> regex.Pattern[str]:
    return regex.compile("|".join(patterns) or r"(?!)", regex.VERSION1)


def _fold(text: str) -> str:
    """The text without case, accents, invisible characters, or differences between apostrophes and dashes."""
    return text.translate(_PLAIN)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return `_fold` of the text, and the position that each of its letters came from."""
    places: list[int] = []
    end = 0
    for unusual in _UNUSUAL.finditer(text):
        place = unusual.start()
        places += [*range(end, place), *[place] * len(_PLAIN[ord(unusual[0])])]
        end = place + 1
    return _fold(text), [*places, *range(end, len(text))]


class _Plain(dict[int, str]):
    """A cache of letters as names are compared."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


_PLAIN = _Plain()


def _plain(letter: str) -> str:
    """Fold one letter. Marks that make another letter in their script stay: が is not か."""
    if category(letter) == "Cf":
        return ""
    first, *marks = list(normalize("NFKD", letter))
    if marks and all(0 < combining(mark) < _ACCENTS for mark in marks):
        return letter
    letters = "".join(part for part in (first, *marks) if combining(part) < _ACCENTS)
    return letters.casefold().translate(_ALIKE)


def _found(pattern: regex.Pattern[str], letters: str, places: Sequence[int], text: str) -> Iterator[Span]:
    """Yield matches as spans of the original text, with the accents and invisible characters of their last letter."""
    for match in pattern.finditer(letters):
        if match.end() > match.start():
            stop = places[match.end() - 1] + 1
            while stop < len(text) and not _PLAIN[ord(text[stop])]:
                stop += 1
            yield places[match.start()], stop


def _named(name: _Name, letters: str, places: Sequence[int], text: str) -> Iterator[Span]:
    for start, stop in _found(name.pattern, letters, places, text):
        if name.needs_capitals and not _capitalised(text[start:stop]):
            continue
        if not _part_of_another(text, start, stop) and (name.words > 1 or not _in_address(text, start)):
            yield start, stop


def _in_address(text: str, place: int) -> bool:
    """Return whether the match is part of an address: not every jo@… is Jo."""
    return any(match.start() <= place < match.end() for match in _ANY_ADDRESS.finditer(text))


def _capitalised(name: str) -> bool:
    return all(not word[0].islower() for word in regex.findall(r"[\p{L}\p{N}]+", name))


def _part_of_another(text: str, start: int, stop: int) -> bool:
    """Return whether the match is part of another name, like Ann in Ann-Marie; Ann's and Ann-led do mean Ann."""
    if len(name := text[start:stop]) > 1 and name.isupper():
        return False
    return bool(_NAME_BEFORE.search(text, max(start - 40, 0), start) or _NAME_BEHIND.match(text, stop))


def _is_within(span: Span, longer: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= stop and (start, stop) != span for start, stop in longer)


def _apart(spans: Iterator[Span], taken: Sequence[Span]) -> list[Span]:
    """Yield the spans that overlap none of those taken."""
    return [span for span in spans if all(span[1] <= start or stop <= span[0] for start, stop in taken)]
