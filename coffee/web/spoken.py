"""Templates in one language: whatever they say that is known beforehand is translated once, when they are compiled.

A page is then its own constant text with this visitor's values, escaped, in between. Nothing of a visit is kept.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from coffee.web.language import Language


class Spoken(Environment):
    """The templates of a folder in this language. In them `_(text)` and `pgettext(context, text)` take gettext's place.

    `%(name)s` in a text is replaced by a value, escaped: `_("Round %(number)s", number=round)`.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        self._translator = _Translator(language)
        super().__init__(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def make_globals(self, d: Any) -> dict[str, Any]:  # Jinja's chain of maps costs 5 µs
        """What every template knows."""
        return self.globals | (d or {})

    def compile(self, source: Any, name: Any = None, filename: Any = None, *args: Any, **kwargs: Any) -> Any:
        """What the loader calls, once for each template."""
        template = self.parse(source, name, filename) if isinstance(source, str) else source
        return super().compile(self._translator.visit(template), name, filename, *args, **kwargs)


class _Translator(NodeTransformer):
    def __init__(self, language: Language) -> None:
        self.language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        words = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        match getattr(node.node, "name", ""), words:
            case "_", [text]:
                said = self.language.say(text)
            case "pgettext", [context, text]:
                said = self.language.say_in(context, text)
            case _:
                return node
        values = [nodes.Pair(nodes.Const(value.key), value.value) for value in node.kwargs]
        text = nodes.Const(Markup(said))  # noqa: S704  # translators' own; the values are escaped where they are placed
        return nodes.Mod(text, nodes.Dict(values), lineno=node.lineno) if values else text
