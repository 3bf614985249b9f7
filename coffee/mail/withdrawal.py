"""The notice to somebody whose match withdrew, when nobody else is free."""

from datetime import datetime

from coffee.mail.batch import Mint
from coffee.mail.introduction import common, personal_links
from coffee.mail.letters import Envelope, Letter, Office, write
from coffee.mail.people import Reader


def withdrawal_letter(
    office: Office,
    reader: Reader,
    *,
    round_id: int,
    number: int,
    version: int,
    now: datetime,
    mint: Mint,
    source: str | None = None,
) -> Letter:
    """The notice to one person. `version` is the round's when it changed: it may happen to the same person again."""
    links = personal_links(reader.id, None, now, mint)
    envelope = Envelope(
        kind="withdrawal",
        key=f"withdrawal:{round_id}:{version}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=f"round-{number}",
        person_id=reader.id,
        round_id=round_id,
        links=links,
    )
    fields = common(office, reader, links) | {"round": number}
    return write(office, envelope, fields, now=now, mint=mint, source=source)
