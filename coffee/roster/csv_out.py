"""Tables out: CSV that Excel opens without running anything and that imports again unchanged."""

import re

import pandas as pd

from coffee.roster.columns import EXPORTED
from coffee.roster.roster import EXTRA

# OWASP's list of what makes a spreadsheet run a cell; an apostrophe before it is doubled so that it can be undone.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")


def defused(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with an apostrophe before every text, header too, that a spreadsheet would take for a formula.

    Numbers and dates are left alone. Reading a roster takes the apostrophe away again.
    """
    safe = frame.map(lambda value: _safe(value) if isinstance(value, str) else value)
    return safe.rename(columns=_safe)


def as_csv(frame: pd.DataFrame) -> str:
    """CSV text (comma, CRLF) with formulas defused; what is missing is an empty cell."""
    return str(defused(frame).to_csv(index=False, lineterminator="\r\n"))


def for_excel(frame: pd.DataFrame) -> bytes:
    """`as_csv` in UTF-8 with the byte order mark by which Excel knows it is not Windows-1252."""
    return as_csv(frame).encode("utf-8-sig")


def people_table(everyone: pd.DataFrame) -> pd.DataFrame:
    """People as they are exported: `EXPORTED`, then one column for each extra detail that anybody has."""
    table = everyone[list(EXPORTED)].copy()
    table["shares"] = [", ".join(shares) or "nothing" for shares in everyone["shares"]]
    for header in dict.fromkeys(header for extra in everyone["extra"] for header in extra):
        name = header if header not in EXPORTED else f"{header}{EXTRA}"
        table[name] = [extra.get(header, "") for extra in everyone["extra"]]
    return table


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
