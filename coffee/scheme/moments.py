"""Moments as the scheme's letters write them."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """Return a moment as text of fixed length in UTC, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
