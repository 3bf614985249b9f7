"""Text tables separated by comma, semicolon or tab, in whatever encoding Excel or an HR system chose."""

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise

from charset_normalizer import from_bytes, is_binary

from coffee.roster.errors import RosterError
from coffee.roster.wording import field_named

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MIXED = "mixed"  # lines in UTF-8 and in one of Windows' encodings
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "cp1250": "Windows-1250",
    "cp1251": "Windows-1251", "mac_roman": "Mac Roman", "utf_16_le": "UTF-16", MIXED: "mixed UTF-8 and Windows",
}  # fmt: skip
_WINDOWS = ("cp1252", "cp1250", "cp1251")  # western and central European, Cyrillic; equals go by this order
_HEADERS = 30  # lines among which a header is looked for
_MOST_LINES, _MOST_COLUMNS = 1_048_576, 65_536  # no spreadsheet has more of either
_LAST_LINE = "the quotation marks before this line are closed"


@dataclass(frozen=True)
class Reading:
    """Somebody's choice of how to read a text file; '' goes by the file."""

    encoding: str = ""
    separator: str = ""


AS_IT_SEEMS = Reading()


def read_text(text: str, encoding: str, filename: str, reading: Reading = AS_IT_SEEMS) -> tuple[list[list[str]], str]:
    """Return (rows, how they were read); rows[0] is line 1 in Excel. Raises RosterError when it is no text table."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator, is_given, text = _separator(text)
    separator = reading.separator or separator
    rows = _rows(text, separator, filename)
    if is_given:
        rows.insert(0, [])
    called = ENCODINGS.get(encoding, encoding.replace("_", "-").upper())
    return rows, f"{called} text separated by {SEPARATORS.get(separator, separator)}"


def decoded(data: bytes, filename: str, reading: Reading = AS_IT_SEEMS) -> tuple[str, str]:
    """Return a file's text and its encoding. Raises RosterError when it is no text."""
    if reading.encoding == MIXED:
        return _line_by_line(data), MIXED
    if reading.encoding:
        return data.decode(reading.encoding, errors="replace"), reading.encoding
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else _likely(data):
        try:
            return (_line_by_line(data) if encoding == MIXED else data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    guessed = None if marked or is_binary(data) else from_bytes(data).best()
    if guessed is None:
        raise RosterError(
            f"{filename} is not a spreadsheet that can be read. Save it as XLSX or CSV (in Excel: File, Save as), "
            "and use that."
        )
    return str(guessed), guessed.encoding


def _likely(data: bytes) -> list[str]:
    """List encodings to try in turn.

    Short lists of names are too little text for statistics: the shape of the bytes decides, then which encoding makes
    words of them.
    """
    if b"\0" in data:
        pairs = from_bytes(data, cp_isolation=["utf_16_le", "utf_16_be"]).best()
        return [pairs.encoding] if pairs else []
    if _is_mixed(data):
        return [MIXED]
    # Only Excel's "CSV (Macintosh)" still ends lines with a bare CR.
    if b"\r" in data and b"\n" not in data:
        return ["utf-8", "mac_roman"]
    return ["utf-8", *sorted(_WINDOWS, key=lambda encoding: _oddness(data, encoding))]


def _is_mixed(data: bytes) -> bool:
    """Return whether some lines are UTF-8 and others are not, as when two exports were pasted together."""
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    readable = sum(map(_is_utf8, lines))
    return 0 < readable < len(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_by_line(data: bytes) -> str:
    others = b"".join(line for line in data.split(b"\n") if not _is_utf8(line))
    other = min(_WINDOWS, key=lambda encoding: _oddness(others, encoding))
    lines = data.split(b"\n")
    return "\n".join(line.decode() if _is_utf8(line) else line.decode(other, errors="replace") for line in lines)


def _oddness(data: bytes, encoding: str) -> int:
    """Count what no name has: signs within a word, capitals after small letters, words of two scripts or accents."""
    text = data.decode(encoding, errors="replace")
    words = [word for word in re.findall(r"[^\s,;|\"@.\d<>()/-]+", text) if not word.isascii()]
    signs = sum(1 for word in words for letter in word if not letter.isalpha() and letter not in "'’‘")
    capitals = sum(1 for word in words for a, b in pairwise(word) if a.islower() and b.isupper())
    accents = sum(1 for word in words if len(word) > 2 and _accented(word) == len(word))
    scripts = sum(1 for word in words if "а" <= max(word.casefold()) <= "ё" and re.search("[a-z]", word.casefold()))
    return signs + capitals + accents + scripts


def _accented(word: str) -> int:
    return sum(1 for letter in word if "\u0080" <= letter < "\u0250")


def _separator(text: str) -> tuple[str, bool, str]:
    """Return (separator, given by Excel's `sep=` line?, the text after that line)."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], True, rest
    return max(SEPARATORS, key=lambda separator: (_named(text, separator), _regularity(text, separator))), False, text


def _named(text: str, separator: str) -> int:
    """Return how many fields of a roster the likeliest header names when cells are separated so."""
    try:
        reader = csv.reader(StringIO(text), delimiter=separator, skipinitialspace=True)
        rows = [row for row, _ in zip(reader, range(_HEADERS), strict=False)]
    except csv.Error:
        return 0
    return max((len({field_named(cell) for cell in row} - {None, "extra", "ignore"}) for row in rows), default=0)


def _regularity(text: str, separator: str) -> tuple[float, int]:
    """Score how regular the first rows are, and return their width; a single column scores nothing."""
    try:
        widths = [len(row) for row, _ in zip(csv.reader(StringIO(text), delimiter=separator), range(200), strict=False)]
    except csv.Error:
        return (0, 0)
    several = Counter(width for width in widths if width > 1).most_common(1)
    return (several[0][1] / len(widths), several[0][0]) if several else (0, 0)


def _refuse_what_no_sheet_holds(line: int, width: int, filename: str) -> None:
    if width > _MOST_COLUMNS or line > _MOST_LINES:
        raise RosterError(
            f"{filename} reaches to line {line + 1:,} and column {width:,}, which is more than a spreadsheet holds. "
            "Keep the lines and columns that are about people, and upload that."
        )


def _rows(text: str, separator: str, filename: str) -> list[list[str]]:
    reader = csv.reader(StringIO(f"{text}\n{_LAST_LINE}\n"), delimiter=separator, skipinitialspace=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            _refuse_what_no_sheet_holds(len(rows), len(row), filename)
            rows.append(row)
    except csv.Error as error:
        raise RosterError(
            f"{filename} could not be read beyond line {reader.line_num:,}. Open it in Excel, save it as XLSX, and "
            "use that."
        ) from error
    if rows[-1] != [_LAST_LINE]:
        raise RosterError(
            f'Line {len(rows):,} of {filename} opens a quotation mark (") that is never closed, so the lines after it '
            "cannot be told apart. Mend that line, or save the file as XLSX and use that."
        )
    return rows[:-1]
