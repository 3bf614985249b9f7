"""Moments as the scheme's letters write them."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """Always of the same length and in UTC, so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
