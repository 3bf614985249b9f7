"""Times at which a form was answered, so that the last answer of somebody who answered twice counts."""

from collections.abc import Sequence
from datetime import datetime

from dateutil.parser import ParserError, parse

from coffee.roster.wording import plain

_HEADERS = (
    "completion time", "timestamp", "submitted at", "date submitted", "submission date", "submit date utc",
    "end date", "recorded date", "submission time", "last modified time", "start time", "start date",
)  # fmt: skip


def answer_times(
    headers: Sequence[str], lines: Sequence[tuple[int, list[str]]], day_first: bool
) -> dict[int, datetime]:
    """Return the time of each line's answer, by line; empty when the file has no column of such times."""
    names = [plain(header) for header in headers]
    column = next((names.index(name) for name in _HEADERS if name in names), None)
    if column is None:
        return {}
    times = {}
    for line, texts in lines:
        try:
            times[line] = parse(texts[column], dayfirst=day_first, ignoretz=True)
        except (ParserError, OverflowError):
            continue
    return times
