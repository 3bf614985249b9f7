"""Reading a stored letter as its recipient does."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP


@dataclass(frozen=True)
class Read:
    """A letter's headers worth showing, its two parts, and what is attached: name and bytes."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attached: tuple[tuple[str, bytes], ...]


def read(letter: bytes) -> Read | None:
    """The letter as a mail program reads it; None when nothing of it was kept."""
    if not letter:
        return None
    message = BytesParser(EmailMessage, policy=SMTP).parsebytes(letter)
    return Read(
        headers=tuple(
            (name, str(message[name] or "")) for name in ("From", "To", "Reply-To", "Subject", "Date") if message[name]
        ),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attached=tuple(
            (part.get_filename() or "attachment", bytes(part.get_payload(decode=True) or b""))
            for part in message.iter_attachments()
        ),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
