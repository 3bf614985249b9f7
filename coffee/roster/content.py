"""The content of a column: shares of its cells that look like addresses, numbers, people, organisations and so on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LOOKED_AT = 200  # cells of a column: more would not change what it holds
_NUMBER = re.compile(r"\+?[\d\s().\-/]{7,}(\s*(ext|x)\.?\s*\d+)?", re.IGNORECASE)
_SHORTEST_NUMBER = 5  # digits
_PARTICLE = 3  # letters of "de", "van" and their like at most
_ANSWERS = {"yes", "no", "y", "n", "true", "false", "ydw", "nac ydw", "ie", "na"}
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}([ T,].*)?")
_COMMA = re.compile(r"[^\W\d][^,@\d]{0,40},\s*[^\W\d][^,@\d]{0,40}")
_PERSON = re.compile(r"[^\W\d_][\w'’.\-]*(\s+[^\W\d_][\w'’.\-]*){1,3}")
_ORGANISATION = re.compile(
    r"\b(council|borough|county|city|nhs|trust|university|college|authority|agency|audit|ministry|department|police"
    r"|fire|health board|office|service|cyngor|llywodraeth|prifysgol|hospital|school|limited|ltd|plc|llp|inc|group"
    r"|foundation|charity|association|institute|society|museum|library|libraries|government|commission|parc)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Content:
    """Shares, from 0 to 1, of a column's filled cells, except `filled`, which is a share of all its cells."""

    filled: float
    addresses: float
    whole_addresses: float
    numbers: float
    digits: float
    answers: float
    dates: float
    comma_names: float
    people: float
    organisations: float
    json: float
    distinct: float


def content_of(cells: Sequence[str]) -> Content:
    """Look at the first cells of a column."""
    cells = cells[:LOOKED_AT]
    texts = [text for cell in cells if (text := cell.strip())]

    def share(hits: Iterable[object]) -> float:
        return sum(map(bool, hits)) / len(texts) if texts else 0.0

    return Content(
        filled=len(texts) / len(cells) if cells else 0.0,
        addresses=share(map(ADDRESS.search, texts)),
        whole_addresses=share(map(ADDRESS.fullmatch, texts)),
        numbers=share(map(_NUMBER.fullmatch, texts)),
        digits=share(len(re.findall(r"\d", text)) >= _SHORTEST_NUMBER for text in texts),
        answers=share(text.casefold() in _ANSWERS for text in texts),
        dates=share(map(_DATE.fullmatch, texts)),
        comma_names=share(map(_COMMA.fullmatch, texts)),
        people=share(is_person(text) for text in texts),
        organisations=share(is_organisation(text) for text in texts),
        json=share(text.startswith(("{", "[{")) for text in texts),
        distinct=len(set(texts)) / len(texts) if texts else 0.0,
    )


def is_person(text: str) -> bool:
    """Return whether a text may be somebody's full name: two to four words, none of them in an organisation's name."""
    is_named = all(word[0].isupper() for word in text.split() if len(word) > _PARTICLE or word == text.split()[0])
    return bool(_PERSON.fullmatch(text)) and is_named and not is_organisation(text)


def is_organisation(text: str) -> bool:
    """Return whether a text has a word that organisations have in their names, beside others."""
    return " " in text and bool(_ORGANISATION.search(text))
