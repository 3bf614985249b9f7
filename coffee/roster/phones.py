"""Telephone numbers, in international form only where their country is certain."""

import re

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, ValidationResult

from coffee.roster.cells import Cell, tidy

_SHORTEST = 6  # digits of a number within a town
_EXTENSION = re.compile(r"[\s,;(]*(?:extension|extn?|x)[\s.:=]*\d+\)?$", re.IGNORECASE)
# 4.41392E+11, the same opened and saved once more, and what spreadsheets show for a formula that failed ("+44 …").
_SPOILT = re.compile(r"\d+([.,]\d+)?E\+?\d+|\d{6}0{6,}|#.*", re.IGNORECASE)


def phone(text: str, region: str = "GB") -> Cell:
    """Read a number in international form, or keep it as typed with a fault that does not reject.

    `region` is the country of numbers without a country code: those valid there, or with its trunk prefix and a
    possible length. Elsewhere possible numbers count, not only assigned ones. A cell with a word beside the number
    stays as typed, because the international form would lose the word. Numbers spoilt by a spreadsheet are left out.
    """
    typed = tidy(text)
    if not typed:
        return Cell("")
    if _SPOILT.fullmatch(typed):
        return Cell("", f"“{typed}” is a phone number that the spreadsheet has spoilt, so it is left out")
    try:
        number = phonenumbers.parse(typed, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return _as_typed(typed, "could not be read as a phone number")
    if any(map(str.isalpha, _EXTENSION.sub("", typed))) or not _whole(number):
        return _as_typed(typed, "could not be read as a phone number")
    if not _has_country(number, typed, region):
        return _as_typed(typed, "has no country code, such as +353, and is not a phone number of this country")
    return Cell(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))


def dialled(number: str) -> str:
    """Return the tel: address (RFC 3966) of a number in international form; '' for one that no phone can dial."""
    if not number.startswith("+") or phone(number).fault:
        return ""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.RFC3966)


def is_same(known: str, typed: str) -> bool:
    """Return whether `typed` is the known number as somebody writes it at home, or as Excel has it without its zero."""
    digits = phonenumbers.normalize_digits_only(typed).lstrip("0")
    complete = bool(dialled(known)) and not dialled(typed)
    return complete and len(digits) >= _SHORTEST and phonenumbers.normalize_digits_only(known).endswith(digits)


def _whole(number: PhoneNumber) -> bool:
    """Return whether the number can be dialled from abroad. A zero still in front means that digits are missing."""
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return possible and (not number.italian_leading_zero or phonenumbers.is_valid_number(number))


def _has_country(number: PhoneNumber, typed: str, region: str) -> bool:
    """Return whether the number names its country or is certainly of this one. (416) 555-0123 fits Britain by its
    length only; 07700 900123, which is nobody's, begins like a number of Britain."""
    if number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY or phonenumbers.is_valid_number(number):
        return True
    trunk: str | None = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    return trunk is not None and phonenumbers.normalize_digits_only(typed).startswith(trunk)


def _as_typed(typed: str, why: str) -> Cell:
    return Cell(typed, f"“{typed}” {why}; it is kept as typed")
