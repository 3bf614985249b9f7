"""Letters kept as files while no mail server is set: any mail program opens an .eml."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from coffee.mail.letters.letter import Office, ascii_address, mailbox, policy_for, sender_of
from coffee.mail.letters.personal import LINKS_LAST
from coffee.scheme import Scheme, Unwritable, cancelled_letters, messages, posting, tokens

WHY = "Kept as a file and not mailed, because no mail server is set"
BATCH = 200
ENDING = 12  # characters of the Message-ID by which a file is known
_HALF = ".part"


def keep_due(scheme: Scheme, folder: Path, now: datetime) -> int:
    """Write every due letter to `folder`, mark it sent, and return how many.

    Writing the same letter twice changes nothing, so a crash between file and mark leaves no doubt. Raises Unwritable.
    """
    kept = 0
    while batch := _keep_some(scheme, folder, now):
        kept += batch
    return kept


def mail_after_all(scheme: Scheme, folder: Path, office: Office, now: datetime) -> int:
    """Queue the letters written to files for a mail server that is set now; return how many.

    Their words stay; the signature is that of the present office. A letter whose file is gone stays as it is, because
    nobody knows its links. One that must no longer go is cancelled.
    """
    mailed = 0
    with scheme.writing() as db:
        cancelled_letters.cancel(db)
        for message_id in reversed(posting.kept_for(db, WHY)):
            message = messages.stored(db, message_id)
            path = path_of(folder, message.kind, message.recipient, message.message_id)
            if path.is_file():
                letter = path.read_bytes()
                posting.send_after_all(db, message_id, signed_by(letter, office), now)
                tokens.restore(db, message_id, letter, now=now, expires_at=now + LINKS_LAST)
                mailed += 1
                if posting.asked_again(db, message_id, WHY):
                    messages.conclude(db, message_id, "Another was asked for since, so this one does not go.")
                    mailed -= 1
        return mailed - cancelled_letters.cancel(db)


def forget_erased(scheme: Scheme) -> None:
    """Delete the files of letters that an erasure emptied, and then its traces in the scheme's log. Raises Busy."""
    with scheme.writing() as db:
        delete(scheme, posting.emptied(db))
    scheme.wipe_traces()


def signed_by(letter: bytes, office: Office) -> bytes:
    """Return the letter signed by this office; before, its address may have been invented or another."""
    old, new = sender_of(letter), ascii_address(office.address)
    if old == new:
        return letter
    sender = EmailMessage(policy=policy_for(new))
    sender["From"] = str(mailbox(office.signed_in(), new))
    head, rest = sender.as_bytes().rstrip(), letter.partition(b"\r\n")[2]
    return head + b"\r\n" + rest.replace(f"mailto:{old}".encode(), f"mailto:{new}".encode())


def delete(scheme: Scheme, message_ids: Iterable[str]) -> None:
    """Delete the files of the letters with these Message-IDs, and what a killed process left half written.

    For whoever holds a transaction that writes: nobody else writes a letter to a file meanwhile.
    """
    endings = set(map(_ending, message_ids))
    for path in folder_of(scheme).glob("*.*"):
        if path.suffix == _HALF or (path.suffix == ".eml" and path.stem[-ENDING:] in endings):
            path.unlink(missing_ok=True)


def folder_of(scheme: Scheme) -> Path:
    """Return the folder of a scheme's letters, which lies beside the scheme file."""
    return scheme.path.parent / "letters"


def path_of(folder: Path, kind: str, recipient: str, message_id: str) -> Path:
    """Return the file of a letter, such as round-5 introduction-ann@devon.gov.uk-4fJk….eml."""
    safe = re.sub(r"[^\w@.+-]", "_", recipient)[:80]
    return folder / f"{kind}-{safe}-{_ending(message_id)}.eml"


def _ending(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", message_id.partition("@")[0])[:ENDING]


def _keep_some(scheme: Scheme, folder: Path, now: datetime) -> int:
    with scheme.writing() as db:
        due = posting.due(db, now, BATCH)
        for message in due:
            _write(path_of(folder, message.kind, message.recipient, message.message_id), message.letter)
            posting.mark_kept(db, message.id, WHY, tokens.without_links(message.letter), now)
    return len(due)


def _write(path: Path, letter: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_suffix(_HALF)
        half.touch(mode=0o600)
        half.write_bytes(letter)
        half.replace(path)
    except OSError as error:
        raise Unwritable(
            f"Letters cannot be kept in {path.parent} ({error.strerror}). They are still waiting; nothing was lost."
        ) from error
