"""What a letter says, as plain text and as HTML: the half in each language below the other, with a rule between."""

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
class _Told:
    language: Language
    text: str
    body: str

    @property
    def below(self) -> str:
        """What stands above everything for its readers when another language comes first."""
        return self.language.say_in("above a letter whose first half is in another language", "English below")


def both_parts(subject: str, halves: Sequence[Half]) -> tuple[str, str]:
    """The text and the page of a letter, which say the same."""
    told = [_Told(half.language, *parts(half.filled.markdown, half.filled.values)) for half in halves]
    above = [f"{half.below}\n\n" for half in told[1:]]
    text = "".join([*above, _RULE.join(half.text for half in told)])
    return text, _layout.render(subject=subject, halves=told)
