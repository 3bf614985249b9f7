"""The languages of participants' pages and letters, as gettext catalogues. Pure.

Each language is a file `languages/<code>.po`. Adding one needs no code.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from babel import Locale, negotiate_locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parents[1] / "languages"

_TAG = re.compile(r"([A-Za-z0-9-]+)\s*(?:;\s*[qQ]\s*=\s*([01](?:\.[0-9]*)?))?")  # a language and its weight, 1 if none
_SOUNDS_LIKE_A_VOWEL = re.compile("[aeiou]|y(?![aeiou])")


@dataclass(frozen=True)
class Language:
    """A language: its code ("cy"), its own name for itself ("Cymraeg") and its texts."""

    code: str
    name: str
    texts: NullTranslations = field(repr=False, compare=False)

    def say(self, text: str, **values: object) -> str:
        """Translate an English text, replacing `%(name)s` by values."""
        said = self.texts.gettext(text)
        return said % values if values else said

    def say_in(self, context: str, text: str, **values: object) -> str:
        """Translate an English word that means several things; `context` says which."""
        said = self.texts.pgettext(context, text)
        return said % values if values else said

    def say_many(self, one: str, many: str, count: int) -> str:
        """Translate `one` or `many` for a count, replacing `%(count)s` by the number."""
        return self.texts.ngettext(one, many, count) % {"count": f"{count:,}"}

    def listed(self, words: Sequence[str]) -> str:
        """List words: A and B; A, B and C; in Welsh A a B, but A ac Emma."""
        if len(words) < 2:
            return "".join(words)
        ends = {"first": ", ".join(words[:-1]), "last": words[-1]}
        if _SOUNDS_LIKE_A_VOWEL.match(normalize("NFD", words[-1]).casefold()):
            return self.say_in("before a vowel", "%(first)s and %(last)s", **ends)
        return self.say_in("before a consonant", "%(first)s and %(last)s", **ends)

    def weekday(self, day: date) -> str:
        """Write a date within a few weeks: Tuesday 3 March."""
        return format_date(day, "EEEE d MMMM", locale=Locale.parse(self.code))

    def day(self, day: date) -> str:
        """Write a date in full: Tue 3 March 2026."""
        return format_date(day, "EEE d MMMM y", locale=Locale.parse(self.code))


def _read(path: Path) -> Language:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem))
    compiled.seek(0)
    return Language(path.stem, _own_name(path.stem), Translations(compiled))


def _own_name(code: str) -> str:
    return str(Locale.parse(code).get_display_name()).capitalize()


def in_english(code: str) -> str:
    """Return the English name of the language with this code."""
    return str(Locale.parse(code).get_display_name("en"))


ENGLISH = Language("en", _own_name("en"), NullTranslations())
LANGUAGES = (ENGLISH, *(_read(path) for path in sorted(FOLDER.glob("*.po"))))
ALL = (*LANGUAGES[1:], ENGLISH)  # as a letter in all of them has them: English last
EVERY_CODE = " ".join(language.code for language in ALL)  # the choice of somebody who wants them all


def named(code: str | None) -> Language | None:
    """Return the language with this code, or None when it is not one of ours."""
    return next((language for language in LANGUAGES if language.code == code), None)


@lru_cache(maxsize=256)
def chosen(words: str) -> tuple[Language, ...]:
    """Return the languages that a person's choice names, in the order of `ALL`; () for none.

    Understands codes, names and English names; rosters have `Welsh`, `cymraeg`, `cy-GB` and `Both`.
    """
    said = words.casefold()
    if said in {language.say("Both").casefold() for language in ALL}:
        return ALL
    words_used = set(re.findall(r"[^\W_]+", said))
    return tuple(language for language in ALL if words_used & _names(language))


def _names(language: Language) -> set[str]:
    return {language.code, language.name.casefold(), in_english(language.code).casefold()}


@lru_cache(maxsize=256)
def accepted(header: str) -> Language:
    """Return the best language for a browser's Accept-Language (RFC 9110, § 12.5.4); English when none fits."""
    weighed = sorted(_TAG.findall(header), key=lambda words_used: -float(words_used[1] or 1))
    wanted = [tag.replace("-", "_") for tag, weight in weighed if float(weight or 1)]
    return named(negotiate_locale(wanted, [language.code for language in LANGUAGES])) or ENGLISH
