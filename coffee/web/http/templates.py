"""Templates in one language: whatever they say that is known beforehand is translated once, when they are compiled.

A page is then its own constant text with this visitor's values, escaped, in between, in one piece with the template it
extends. Nothing of a visit is kept.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from coffee.text.language import Language


class Spoken(Environment):
    """The templates of a folder in this language. In them `_(text)` and `pgettext(context, text)` take gettext's place.

    `%(name)s` in a text is replaced by a value, escaped: `_("Round %(number)s", number=round)`. A template that is
    extended may place a block several times, and it has no `self` or `super()`.
    """

    def __init__(self, folder: Path, language: Language) -> None:
        self._folder, self._translator = folder, _Translator(language)
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

    def print(self, name: str, values: dict[str, Any]) -> bytes:
        """A filled template in UTF-8. Its pieces are encoded one by one: as one text they would cost several copies."""
        template = self.get_template(name)
        return b"".join([piece.encode() for piece in template.root_render_func(template.new_context(values))])

    def compile(self, source: Any, name: Any = None, filename: Any = None, *args: Any, **kwargs: Any) -> Any:
        """What the loader calls, once for each template."""
        template = self.parse(source, name, filename) if isinstance(source, str) else source
        return super().compile(self._translator.visit(self._whole(template)), name, filename, *args, **kwargs)

    def _whole(self, template: nodes.Template) -> nodes.Template:
        """A template with what it extends around it: finding the way between the two takes longer than the text."""
        extends = template.find(nodes.Extends)
        if extends is None:
            return template
        around = self.parse((self._folder / extends.template.as_const()).read_text("utf-8"))
        blocks = {block.name: block.body for block in template.find_all(nodes.Block)}
        beside = (nodes.Output, nodes.Extends, nodes.Block)
        around.body[:0] = [node for node in template.body if not isinstance(node, beside)]
        _Placer(blocks).visit(around)
        return around


class _Placer(NodeTransformer):
    def __init__(self, blocks: dict[str, list[nodes.Node]]) -> None:
        self.blocks = blocks

    def visit_Block(self, node: nodes.Block) -> list[nodes.Node]:
        return self.blocks.get(node.name, node.body)


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
