"""A letter's template: a subject line, an empty line, then Markdown with fields such as {{ name }}."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coffee.mail.letters.values import Places, one_line
from coffee.mail.post.errors import MailError

FOLDER = Path(__file__).parents[1] / "templates"

_QUOTED = re.compile(r"'([^']*)'")
_PLACES = "the places of this letter"  # no name that a template could write


class TemplateFault(MailError):
    """A fault in a template, explained to the organiser in a sentence."""

    permanent = True


@dataclass(frozen=True)
class Filled:
    """A subject on one line, and a body in Markdown with the marks of its values."""

    subject: str
    markdown: str
    values: tuple[str, ...]


@pass_context
def _placed(context: Context, value: object) -> str:
    return str(context[_PLACES].place(value))


def _environment(finalize: object) -> ImmutableSandboxedEnvironment:
    # Jinja's own escaping is for HTML, and here is Markdown: `finalize` keeps every value out of it.
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_subjects = _environment(one_line)
_bodies = _environment(_placed)
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
    places = Places()
    try:
        title = one_line(_compiled_subject(subject.removeprefix("Subject:")).render(fields))
        markdown = _compiled_body(body).render({**fields, _PLACES: places})
        return Filled(title, markdown, places.values)
    except UndefinedError as error:
        raise TemplateFault(_misspelt(error, template, fields)) from error
    except TemplateSyntaxError as error:
        raise TemplateFault(
            f"Line {(error.lineno or 0) + 1} of the template cannot be read. {_unread(error)}"
        ) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, MemoryError, RecursionError) as error:
        raise TemplateFault(
            "The template cannot be filled, because of something in double braces that is more than a field. Write "
            "fields as they are, such as {{ name }}."
        ) from error


def _misspelt(error: UndefinedError, template: str, fields: Mapping[str, object]) -> str:
    """Jinja tells of a part of a field only which part it is: what stands before it is in the template."""
    quoted = _QUOTED.findall(str(error.message))
    part = re.escape(quoted[-1] if quoted else str(error.message))
    written = re.search(rf"\w+\s*(\.\s*{part}\b|\[[^\]]*{part}[^\]]*\])", template) if len(quoted) > 1 else None
    return _no_field(written[0] if written else quoted[-1] if quoted else "…", fields)


def _unread(error: TemplateSyntaxError) -> str:
    """Jinja's own words where they name something, and ours where they speak of its insides."""
    unknown = re.match(r"(?:No (filter|test)|Encountered unknown (tag)).*?'(.*?)'", str(error.message))
    if unknown:
        return f"There is no {unknown[1] or unknown[2]} “{unknown[3]}”."
    return "Each {{ needs its }}, each {% its %}, and each “if” and “for” its end."


def _no_field(name: str, fields: Iterable[str]) -> str:
    return f"There is no field “{name}”. The fields are: {', '.join(sorted(fields))}."


def _file(kind: str, language: str) -> str:
    return f"{kind.replace(' ', '-')}{'' if language == 'en' else '.' + language}.md"
