"""The texts of one kind of letter in each language, and the choice of languages for a reader."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from coffee.mail.letters import template
from coffee.mail.letters.values import shortened
from coffee.mail.post.errors import MailError
from coffee.text.language import ALL, ENGLISH, Language, chosen

Fields = Callable[[Language], Mapping[str, object]]
Written = TypeVar("Written")

_IS_ADDRESS = re.compile(r"\S+(://|@)\S+$")
_LINKS = ("_link", "_page")  # how the names of fields end that lead to a page of ours


@dataclass(frozen=True)
class Half:
    """The part of a letter in one language. A letter has one half, or several below each other."""

    language: Language
    filled: template.Filled

    def within(self, most: int) -> "Half":
        """The same with every value cut to so many bytes, the subject to more; links and addresses are left whole."""
        values = tuple(value if _IS_ADDRESS.match(value) else shortened(value, most) for value in self.filled.values)
        subject = shortened(self.filled.subject, 4 * most)
        return replace(self, filled=replace(self.filled, subject=subject, values=values))


@dataclass(frozen=True)
class Texts:
    """The templates of a kind of letter. `own` has the organiser's by language code; the defaults are used without.

    `undecided` are the languages for readers who chose none: they get all of these in one letter.
    """

    kind: str
    own: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[Language, ...] = ALL

    def halves(self, choice: str, fields: Fields) -> tuple[Half, ...]:
        """The letter's halves for a reader of this choice, filled. Raises TemplateFault when one cannot be.

        In a letter of several halves each leads to pages in its own language.
        """
        spoken = self.spoken(choice)
        return tuple(
            Half(language, template.fill(self.text(language.code), _leading(fields(language), language, spoken)))
            for language in spoken
        )

    def in_ours_if_need_be(self, write: Callable[["Texts"], Written]) -> Written:
        """Call `write` with these texts, or with the defaults if they cannot be filled.

        For letters that a reader needs even when the organiser's own words cannot be filled for them.
        """
        try:
            return write(self)
        except MailError:
            return write(replace(self, own={}))

    def text(self, code: str) -> str:
        """The template in this language."""
        return self.own[code] if code in self.own else template.default(self.kind, code)

    def spoken(self, choice: str) -> tuple[Language, ...]:
        """The languages of a letter to a reader of this choice."""
        written = template.languages(self.kind)
        wanted = [chosen(choice), self.undecided, (ENGLISH,)]
        known = (tuple(language for language in one if language.code in written) for one in wanted)
        return next(languages for languages in known if languages)


def _leading(fields: Mapping[str, object], language: Language, spoken: tuple[Language, ...]) -> Mapping[str, object]:
    if len(spoken) == 1:
        return fields
    return {name: _in(language, value) if name.endswith(_LINKS) else value for name, value in fields.items()}


def _in(language: Language, address: object) -> str:
    return f"{address}{'&' if '?' in str(address) else '?'}lang={language.code}"
