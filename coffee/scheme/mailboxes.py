"""Mailboxes that strangers can have us write to, and how many such letters one of them gets in a day."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.scheme.moments import text_of

MOST = 5  # letters a day: nobody can have a mailbox filled by our account
DAY = timedelta(days=1)
ASKED = ("confirmation", "confirmation reminder", "new address", "own page")  # kinds of letters a stranger can cause
_GMAIL = ("gmail.com", "googlemail.com")


def mailbox(address: str) -> str:
    """Return the mailbox where letters to this address arrive: without case, a tag after +, and Gmail's dots."""
    user, _, domain = address.casefold().rpartition("@")
    user = user.partition("+")[0] or user
    return f"{user.replace('.', '')}@gmail.com" if domain in _GMAIL else f"{user}@{domain}"


def room_left(db: Database, address: str, now: datetime) -> int:
    """Return how many more letters a stranger may cause to the mailbox behind this address now."""
    had = db.execute(
        "SELECT count(*) FROM messages WHERE mailbox = ? AND queued_at >= ? AND state NOT IN ('failed', 'cancelled')",
        [mailbox(address), text_of(now - DAY)],
    ).fetchone()[0]
    return max(0, MOST - int(had))
