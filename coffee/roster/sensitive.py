"""Sensitive columns: details that a coffee trial has no use for and never keeps unasked."""

import re
from collections.abc import Sequence

from coffee.roster.wording import plain, ranked

_WORDS: tuple[tuple[str, str], ...] = (
    ("passwords", r"pass ?words?|pass ?phrase|pwd|pin|memorable word|security (question|answer)|secret"),
    ("dates of birth", r"(date of )?birth( ?(date|day))?|dob|d o b|age|dyddiad geni"),
    ("National Insurance numbers", r"ni|nino|ni (number|no)|national insurance( (number|no))?"),
    ("NHS numbers", r"nhs (number|no)"),
    ("ethnicity", r"ethnic(ity)?( (group|origin|background))?|race|nationality"),
    ("health details", r"health( .*)?|disabilit(y|ies)|disabled|medical( .*)?|allerg(y|ies)|dietary( .*)?|sickness"),
    ("religion", r"religion( or belief)?|faith|belief"),
    ("sexual orientation or gender", r"sexual(ity| orientation)|gender( identity)?|sex|pronouns?"),
    ("trade union membership", r"trade union( .*)?|union member(ship)?"),
    ("bank details", r"bank( .*)?|sort ?code|account (number|no)|iban|card (number|no)|salary|pay( grade)?"),
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("National Insurance numbers", re.compile(r"[A-CEGHJ-PR-TW-Z]{2}\s?(\d{2}\s?){3}[A-D]", re.IGNORECASE)),
    ("bank details", re.compile(r"\d{2}-\d{2}-\d{2}|[A-Z]{2}\d{2}[A-Z0-9]{11,30}")),
)
_NHS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")
_MOST = 0.5  # of a column's filled cells, from which their shape decides


def sensitive(header: str, cells: Sequence[str]) -> str:
    """Return what sensitive details a column holds, in the plural, by its header or its cells; '' for none."""
    words = plain(header)
    for called, pattern in _WORDS:
        if re.fullmatch(rf"(your |what is your |please (enter|state) your )?({pattern})", words):
            return called
    if ranked(header):  # a telephone number may well be a valid NHS number
        return ""
    texts = [text for cell in cells if (text := cell.strip())]
    for called, shape in _SHAPES:
        if texts and sum(bool(shape.fullmatch(text)) for text in texts) > _MOST * len(texts):
            return called
    return "NHS numbers" if texts and sum(map(_is_nhs_number, texts)) > _MOST * len(texts) else ""


def _is_nhs_number(text: str) -> bool:
    """Check the last digit of an NHS number (modulus 11); numbers that begin with 0 are telephones."""
    if not _NHS.fullmatch(text) or text[0] == "0":
        return False
    digits = [int(sign) for sign in text if sign.isdecimal()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits[9] == check % 11 and check != 10
