"""The languages of participants' pages: gettext catalogues, read as translators write them.

A language is a file `languages/<code>.po`. Adding one needs no code.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).with_name("languages")


@dataclass(frozen=True)
class Language:
    """One language: its code ("cy"), its own name for itself ("Cymraeg") and its texts."""

    code: str
    name: str
    texts: NullTranslations = field(repr=False, compare=False)

    def say(self, text: str, **values: object) -> str:
        """`text`, which is English, in this language, with `%(name)s` replaced by values."""
        said = self.texts.gettext(text)
        return said % values if values else said

    def say_in(self, context: str, text: str) -> str:
        """`text` where one English word has several in this language; `context` says which is meant."""
        return self.texts.pgettext(context, text)

    def day(self, day: date) -> str:
        """A date as people say it: Tue 3 March."""
        return format_date(day, "EEE d MMMM", locale=Locale.parse(self.code))


def _read(path: Path) -> Language:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem))
    compiled.seek(0)
    return Language(path.stem, _own_name(path.stem), Translations(compiled))


def _own_name(code: str) -> str:
    return str(Locale.parse(code).get_display_name()).capitalize()


ENGLISH = Language("en", _own_name("en"), NullTranslations())
LANGUAGES = (ENGLISH, *(_read(path) for path in sorted(FOLDER.glob("*.po"))))


def named(code: str | None) -> Language | None:
    """The language with this code, or None when it is not one of ours."""
    return next((language for language in LANGUAGES if language.code == code), None)


@lru_cache(maxsize=256)
def accepted(header: str) -> Language:
    """The language that fits a browser's Accept-Language best; English when none does."""
    wanted = [tag.split(";")[0].strip().replace("-", "_") for tag in re.split(",", header)]
    best = negotiate_locale([tag for tag in wanted if tag], [language.code for language in LANGUAGES])
    return named(best) or ENGLISH
