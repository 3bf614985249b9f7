"""The fields of a person that a column can hold."""

from typing import Literal, get_args

Field = Literal[
    "name", "first_name", "last_name", "email", "organisation", "phone", "chat_id", "role", "topics", "language",
    "status", "paused_until", "shares", "unsubscribed_at", "extra", "ignore",
]  # fmt: skip

TO_MEND = "What to mend"
# The columns of our own export, in its order: a file that has them all is read back by these names alone.
EXPORTED: dict[str, Field] = {
    "name": "name", "email": "email", "organisation": "organisation", "phone": "phone", "chat_id": "chat_id",
    "status": "status", "paused_until": "paused_until", "role": "role", "topics": "topics", "language": "language",
    "shares": "shares", "unsubscribed_at": "unsubscribed_at", "cannot_reach": "ignore", "joined_at": "ignore",
}  # fmt: skip
CHOSEN: dict[str, Field] = {name: name for name in get_args(Field)}  # by the word that chooses each
