"""One Markdown source, two parts of a letter: plain text and HTML that say the same."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coffee.mail.letters.values import Pieces, in_address, in_words

LONGEST = 900  # bytes in a line: RFC 5322 allows 998, and mail programs count differently

_STYLES = {
    "p": "margin:0 0 16px",
    "h1": "font-size:24px;line-height:30px;margin:0 0 16px",
    "h2": "font-size:19px;line-height:25px;margin:24px 0 8px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "blockquote": "margin:0 0 16px;padding-left:16px;border-left:4px solid #b1b4b6",
    "hr": "border:0;border-top:1px solid #b1b4b6;margin:24px 0",
}
_parser = MarkdownIt("commonmark", {"html": False})


def parts(markdown: str, values: Sequence[str]) -> tuple[str, str]:
    """The same Markdown as plain text and as HTML, `values` in place of their marks, lines short enough for mail."""
    text, html = _parsed(markdown)
    return _short_lines(text.filled(values, _address)), _short_lines(html.filled(values, _address, escape))


@lru_cache(512)
def _parsed(markdown: str) -> tuple[Pieces, Pieces]:
    tokens = _parser.parse(markdown)
    _mark_addresses(tokens)
    return Pieces(to_text(tokens)), Pieces(to_html(tokens))


def _mark_addresses(tokens: Sequence[Token]) -> None:
    for token in tokens:
        for name in {"href", "src"} & token.attrs.keys():
            token.attrs[name] = in_address(str(token.attrs[name]))
        _mark_addresses(token.children or [])


def _address(value: str) -> str:
    """The value as an address, or as a part of one; nothing when it is an address that runs a program."""
    return _parser.normalizeLink(value) if _parser.validateLink(value) else ""


def to_html(tokens: list[Token]) -> str:
    """HTML with styles on the tags, because mail programs ignore style sheets. Tags in the source show as typed."""
    for token in tokens:
        if token.nesting >= 0 and token.tag in _STYLES and not token.hidden:
            token.attrSet("style", _STYLES[token.tag])
    return str(_parser.renderer.render(tokens, _parser.options, {}))


def to_text(tokens: list[Token]) -> str:
    """Plain text: links are spelt out, lists keep their marks, emphasis goes."""
    lines: list[str] = []
    marks: list[str] = []
    quoted = 0
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            marks.append("- " if token.type.startswith("bullet") else "1. ")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
            lines += [] if marks else [""]
        elif token.type == "list_item_open":
            marks[-1] = f"{token.info}. " if token.info else "- "
        elif token.tag == "blockquote":
            quoted += token.nesting
        elif token.type == "inline":
            before = "> " * quoted + "  " * (len(marks) - 1)
            mark = marks[-1] if marks else ""
            marks[-1:] = [" " * len(mark)] if marks else []  # an item has one mark, however many paragraphs
            said = _spoken(token.children or []).replace("\n", "\n" + before + " " * len(mark))
            lines += [before + mark + said] + ([] if marks else [""])
        elif token.type == "hr":
            lines += ["--", ""]
        elif token.type in ("fence", "code_block"):
            lines += [token.content.rstrip("\n"), ""]
    return "\n".join(lines).strip() + "\n"


def _spoken(children: Sequence[Token]) -> str:
    said: list[str] = []
    links: list[tuple[str, int]] = []
    for child in children:
        if child.type == "link_open":
            links.append((str(child.attrs["href"]), len(said)))
        elif child.type == "link_close":
            target, start = links.pop()
            words = "".join(said[start:])
            same = in_words(target).removeprefix("mailto:").removeprefix("tel:") == words
            said += [] if same else [f": {target}"]
        elif child.type in ("softbreak", "hardbreak"):
            said.append("\n")
        elif child.type == "image":
            said.append(": ".join(filter(None, (_spoken(child.children or []), str(child.attrs["src"])))))
        else:
            said.append(child.content)
    return "".join(said)


def _short_lines(text: str) -> str:
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> list[str]:
    """Break a line that is too long for mail at a space, or anywhere when there is none."""
    pieces = []
    while len(line.encode()) > LONGEST:
        head = line.encode()[:LONGEST].decode(errors="ignore")
        at = head.rfind(" ") if " " in head else len(head)
        pieces.append(line[:at])
        line = line[at:].removeprefix(" ")
    return [*pieces, line]
