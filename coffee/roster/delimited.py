"""Text tables separated by comma, semicolon or tab, in whatever encoding Excel or an HR system chose."""

import codecs
import csv
from collections import Counter
from io import StringIO

from charset_normalizer import from_bytes, is_binary

from coffee.roster.errors import RosterError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NAMES = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "utf_16_le": "UTF-16"}
_MARKUP = ("<html", "<table", "<!doc", "<?xml", "<meta", "<body", "<style")
_MOST_LINES, _MOST_COLUMNS = 1_048_576, 65_536  # no spreadsheet has more of either
_LAST_LINE = "the quotation marks before this line are closed"


def read_text(data: bytes, filename: str) -> tuple[list[list[str]], str]:
    """Return (rows, how they were read); rows[0] is line 1 in Excel. Raises RosterError when it is no text table."""
    text, encoding = _decode(data, filename)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:6].lower().startswith(_MARKUP):
        raise RosterError(
            f"{filename} is a web page under a spreadsheet's name, as some systems export it. Open it in Excel, save "
            "it as XLSX, and use that."
        )
    separator, is_given, text = _separator(text)
    rows = _rows(text, separator, filename)
    if is_given:
        rows.insert(0, [])
    called = _NAMES.get(encoding, encoding.replace("_", "-").upper())
    return rows, f"{called} text separated by {_SEPARATORS.get(separator, separator)}"


def _decode(data: bytes, filename: str) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else _likely(data):
        try:
            return data.decode(encoding), encoding
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

    Short lists of British names are too little text for statistics to tell Windows-1252 from its neighbours, so only
    the shape of the bytes decides here.
    """
    if b"\0" in data:
        pairs = from_bytes(data, cp_isolation=["utf_16_le", "utf_16_be"]).best()
        return [pairs.encoding] if pairs else []
    # Only Excel's "CSV (Macintosh)" still ends lines with a bare CR.
    return ["utf-8", "mac_roman" if b"\r" in data and b"\n" not in data else "cp1252"]


def _separator(text: str) -> tuple[str, bool, str]:
    """Return (separator, given by Excel's `sep=` line?, the text after that line)."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], True, rest
    return max(_SEPARATORS, key=lambda separator: _regularity(text, separator)), False, text


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
    reader = csv.reader(StringIO(f"{text}\n{_LAST_LINE}\n"), delimiter=separator)
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
