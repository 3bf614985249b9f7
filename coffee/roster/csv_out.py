"""CSV exports that Excel opens without running anything and that import again unchanged."""

import re

import pandas as pd

from coffee.roster.fields import EXPORTED
from coffee.roster.roster import EXTRA

# OWASP's list of what makes a spreadsheet run a cell; an apostrophe before it is doubled so that it can be undone.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")


def defused(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before every text, headers too, that a spreadsheet would take for a formula.

    Numbers and dates stay unchanged. Reading a roster removes the apostrophe.
    """
    safe = frame.map(lambda value: _safe(value) if isinstance(value, str) else value)
    return safe.rename(columns=_safe)


def as_csv(frame: pd.DataFrame) -> str:
    """Write CSV text (comma, CRLF) with formulas defused; missing values become empty cells."""
    return str(defused(frame).to_csv(index=False, lineterminator="\r\n"))


def for_excel(frame: pd.DataFrame) -> bytes:
    """Encode `as_csv` as UTF-8 with a byte order mark, without which Excel reads Windows-1252."""
    return as_csv(frame).encode("utf-8-sig")


def people_table(everyone: pd.DataFrame) -> pd.DataFrame:
    """A table of people for export: `EXPORTED`, then one column for each extra detail that anybody has."""
    table = everyone[list(EXPORTED)].copy()
    table["shares"] = [", ".join(shares) or "nothing" for shares in everyone["shares"]]
    for header in dict.fromkeys(header for extra in everyone["extra"] for header in extra):
        name = header if header not in EXPORTED else f"{header}{EXTRA}"
        table[name] = [extra.get(header, "") for extra in everyone["extra"]]
    return table


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
