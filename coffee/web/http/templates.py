"""The templates of participants' pages in one language.

In them `_(text)` and `pgettext(context, text)` translate, and `_("Round %(number)s", number=round)` fills in escaped
values. Because of the values, a text has to write a plain % as %%.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coffee.text.language import Language


def templates_in(language: Language, folder: Path) -> Environment:
    """Return the templates of a folder, to be filled in this language.

    Each language needs its own: an imported macro sees the globals of its templates, not the values of the page.
    """
    templates = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    templates.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]  # by i18n
    templates.globals["language"] = language
    return templates
