"""Mentions of one person in what others typed: their name, addresses and numbers, in any case, accents and spacing.

Nothing here touches the file; `coffee.scheme.typed_text` looks for mentions in it.
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
    """A person as the scheme knows and knew them. Numbers in international form, or as they were typed.

    `others` are the names of other people: Jo is not mentioned where Jo Smith is.
    """

    names: Sequence[str]
    addresses: Sequence[str] = ()
    numbers: Sequence[str] = ()
    others: Sequence[str] = ()

    def spans(self, text: str, *, first_name: bool = False, one_word: bool = True) -> list[Span]:
        """Where the text mentions the person, from left to right; with `first_name`, by that alone as well.

        `one_word=False` passes over a whole name of one word, which in the name of an organisation is somebody else.
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
        """The text with each mention replaced."""
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
        """Names of others that may have one of these names within."""
        own = {word for name in self.names for word in _words(name)}
        near = {name for name in self.others if len(words := _words(name)) > 1 and not own.isdisjoint(words)}
        return [_Name.of(*_orders(name)) for name in sorted(near)]

    @cached_property
    def _signs(self) -> tuple[list[str], list[str]]:
        """A piece of each name and address, folded, and the last digits of each number."""
        words = [order[0] for name in self.names for order in _orders(name)]
        users = [_fold(address.partition("@")[0]) for address in self.addresses]
        numbers = filter(None, map(_national, self.numbers))
        return [word.partition("'")[0] for word in words] + users, [number[-5:] for number in numbers]

    def _may_be_in(self, text: str) -> bool:
        """A quick look that rules out nearly every text: an erasure reads all there is."""
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
    """The words of a name as they may follow each other: Siân Price, Price, Siân. A name of signs is itself alone.

    None for a letter that is a word: every sentence about oneself names I.
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
    """The words of a name, folded, without a title and without what stands in brackets."""
    bare = regex.sub(r"\([^)]*\)", " ", name)
    words: list[str] = _WORD.findall(_fold(bare)) or _WORD.findall(_fold(name))
    return words[1:] if len(words) > 1 and words[0] in _TITLES else words


def _first_name(name: str) -> list[str]:
    """The words of the first name: of Anne-Marie Li, and of Price, Siân. None for a name of one word."""
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
    """The digits however spaced, with the country's code, its prefix for calls within, or neither in front."""
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
    """The text without case, accents, kinds of apostrophe and dash, and what cannot be seen."""
    return text.translate(_PLAIN)


def _folded(text: str) -> tuple[str, list[int]]:
    """`_fold`, and for each of its letters the place it came from."""
    places: list[int] = []
    end = 0
    for unusual in _UNUSUAL.finditer(text):
        place = unusual.start()
        places += [*range(end, place), *[place] * len(_PLAIN[ord(unusual[0])])]
        end = place + 1
    return _fold(text), [*places, *range(end, len(text))]


class _Plain(dict[int, str]):
    """Each letter as names are compared, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


_PLAIN = _Plain()


def _plain(letter: str) -> str:
    """Marks that make another letter in their script stay: が is not か."""
    if category(letter) == "Cf":
        return ""
    first, *marks = list(normalize("NFKD", letter))
    if marks and all(0 < combining(mark) < _ACCENTS for mark in marks):
        return letter
    kept = "".join(part for part in (first, *marks) if combining(part) < _ACCENTS)
    return kept.casefold().translate(_ALIKE)


def _found(pattern: regex.Pattern[str], letters: str, places: Sequence[int], text: str) -> Iterator[Span]:
    """Matches as spans of the text itself, with the accents and unseen characters that belong to their last letter."""
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
    """Jo is not every jo@…"""
    return any(match.start() <= place < match.end() for match in _ANY_ADDRESS.finditer(text))


def _capitalised(name: str) -> bool:
    return all(not word[0].islower() for word in regex.findall(r"[\p{L}\p{N}]+", name))


def _part_of_another(text: str, start: int, stop: int) -> bool:
    """Ann in Ann-Marie, and Brien in O'Brien, are other names; in Ann's, ANN'S and Ann-led she is meant."""
    if len(name := text[start:stop]) > 1 and name.isupper():
        return False
    return bool(_NAME_BEFORE.search(text, max(start - 40, 0), start) or _NAME_BEHIND.match(text, stop))


def _is_within(span: Span, longer: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= stop and (start, stop) != span for start, stop in longer)


def _apart(spans: Iterator[Span], taken: Sequence[Span]) -> list[Span]:
    """The spans that touch none of those taken."""
    return [span for span in spans if all(span[1] <= start or stop <= span[0] for start, stop in taken)]
