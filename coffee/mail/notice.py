"""Letters about a round that are about no match in it: the news of it, and that there is nobody to meet any more."""

from collections.abc import Mapping
from datetime import datetime

from coffee.language import Language
from coffee.mail.batch import Mint
from coffee.mail.introduction import common, personal_links
from coffee.mail.letters import Envelope, Letter, Office, freeze
from coffee.mail.people import Reader
from coffee.mail.texts import Fields, Texts


def notice(
    texts: Texts,
    office: Office,
    reader: Reader,
    said: Fields,
    *,
    round_id: int,
    number: int,
    now: datetime,
    mint: Mint,
    once: str,
) -> Letter:
    """One to one person, with the fields that `said` gives; unique on kind, person and `once`."""
    links = personal_links(reader.id, None, now, mint)

    def fields(language: Language) -> Mapping[str, object]:
        return {**common(language, office, reader, links), "round": number, **said(language)}

    envelope = Envelope(
        kind=texts.kind,
        key=f"{texts.kind}:{once}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=f"round-{number}",
        person_id=reader.id,
        round_id=round_id,
        links=links,
    )
    return freeze(office, envelope, texts.halves(reader.language, fields), now=now, mint=mint)
