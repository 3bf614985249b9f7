"""Letters about a round that are about no match in it: the news of it, and that there is nobody to meet any more."""

from collections.abc import Callable, Sequence
from datetime import datetime

from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Fields, Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.personal import personal_letter, personal_links
from coffee.mail.letters.reader import Reader


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
    return personal_letter(
        texts,
        office,
        reader,
        personal_links(reader.id, None, now, mint),
        lambda language: {"round": number, **said(language)},
        once=once,
        tag=f"round-{number}",
        now=now,
        mint=mint,
        round_id=round_id,
    )


def notices(
    texts: Texts,
    office: Office,
    readers: Sequence[Reader],
    said: Callable[[Reader], Fields],
    *,
    round_id: int,
    number: int,
    now: datetime,
    once: str,
) -> Batch:
    """One to each of these people, with the fields that `said` gives for them."""

    def compose(position: int, mint: Mint) -> Letter:
        reader = readers[position]
        return notice(
            texts, office, reader, said(reader), round_id=round_id, number=number, now=now, mint=mint, once=once
        )

    return Batch(tuple(readers), compose)
