"""A letter's template: a subject line, an empty line, then Markdown with fields such as {{ name }}."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coffee.mail.errors import MailError
from coffee.mail.markdown import Block, escape, one_line

FOLDER = Path(__file__).parent / "templates"


class TemplateFault(MailError):
    """What is wrong with a template, in a sentence for the organiser."""

    permanent = True


@dataclass(frozen=True)
class Filled:
    """A subject on one line and a body in Markdown, every field in its place."""

    subject: str
    markdown: str


def _as_markdown(value: object) -> str:
    return value if isinstance(value, Block) else escape(value)


def _environment(finalize: object) -> ImmutableSandboxedEnvironment:
    # Jinja's own escaping is for HTML. `finalize` escapes every value for Markdown instead, and only once.
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_subjects = _environment(one_line)
_bodies = _environment(_as_markdown)
_compiled_subject = lru_cache(64)(_subjects.from_string)
_compiled_body = lru_cache(64)(_bodies.from_string)


@cache
def default(kind: str, language: str = "en") -> str:
    """The template this kind of letter has in this language until the organiser edits it."""
    return (FOLDER / _file(kind, language)).read_text(encoding="utf-8")


@cache
def languages(kind: str) -> tuple[str, ...]:
    """The languages this kind of letter is written in, English first."""
    others = FOLDER.glob(_file(kind, "*"))
    return ("en", *sorted(path.stem.rpartition(".")[2] for path in others))


def check(template: str, fields: Collection[str], needed: str | None = None) -> None:
    """Raises TemplateFault naming a misspelt field, in a part that is not always shown too, or one that is missing."""
    try:
        used = meta.find_undeclared_variables(_bodies.parse(template))
    except TemplateSyntaxError:
        return  # `fill` finds it too, and says where
    if unknown := used - set(fields):
        raise TemplateFault(_no_field(min(unknown), fields))
    if needed and needed not in used:
        raise TemplateFault(f"This letter needs the field “{needed}”: without it nobody can use the letter.")


def fill(template: str, fields: Mapping[str, object]) -> Filled:
    """Place the fields. Raises TemplateFault naming a misspelt field, or what else is wrong with the template."""
    subject, _, body = template.replace("\r\n", "\n").partition("\n")
    if not subject.startswith("Subject:") or not body.strip():
        raise TemplateFault(
            "A template starts with “Subject: …” on its first line, then an empty line, then the letter."
        )
    try:
        return Filled(
            one_line(_compiled_subject(subject.removeprefix("Subject:")).render(fields)),
            _compiled_body(body).render(fields),
        )
    except UndefinedError as error:
        raise TemplateFault(_misspelt(error, fields)) from error
    except TemplateSyntaxError as error:
        raise TemplateFault(
            f"Line {(error.lineno or 0) + 1} of the template cannot be read: {error.message}."
        ) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise TemplateFault(f"The template cannot be filled: {error}.") from error


def _misspelt(error: UndefinedError, fields: Mapping[str, object]) -> str:
    name = str(error.message).split("'")[1] if "'" in str(error.message) else str(error.message)
    return _no_field(name, fields)


def _no_field(name: str, fields: Iterable[str]) -> str:
    return f"There is no field “{name}”. The fields are: {', '.join(sorted(fields))}."


def _file(kind: str, language: str) -> str:
    return f"{kind.replace(' ', '-')}{'' if language == 'en' else '.' + language}.md"
