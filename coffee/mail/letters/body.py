"""The body of a letter as plain text and as HTML: one half per language, with a rule between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader

from coffee.mail.letters import template
from coffee.mail.letters.languages import Half
from coffee.mail.letters.markdown import parts
from coffee.text.language import Language

_RULE = f"\n{'-' * 40}\n\n"
_layout = Environment(loader=FileSystemLoader(template.FOLDER), autoescape=True, trim_blocks=True).get_template(
    "layout.html"
)


@dataclass(frozen=True)
class _Rendered:
    language: Language
    text: str
    body: str

    @property
    def below(self) -> str:
        """The line "English below", in this language, for a letter that opens in another."""
        return self.language.say_in("above a letter whose first half is in another language", "English below")


def both_parts(subject: str, halves: Sequence[Half]) -> tuple[str, str]:
    """Return the body of a letter twice: as plain text and as HTML."""
    rendered = [_Rendered(half.language, *parts(half.filled.markdown, half.filled.values)) for half in halves]
    above = [f"{half.below}\n\n" for half in rendered[1:]]
    text = "".join([*above, _RULE.join(half.text for half in rendered)])
    return text, _layout.render(subject=subject, halves=rendered)
