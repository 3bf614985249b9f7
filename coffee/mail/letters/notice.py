"""Letters about a round that are about no match in it: the news of it, and that there is nobody to meet any more."""

from collections.abc import Callable, Sequence

from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Fields, Texts
from coffee.mail.letters.letter import Letter
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter, personal_links
from coffee.mail.letters.reader import Reader
from coffee.text.language import Language


def notice(texts: Texts, reader: Reader, specific: Fields, occasion: Occasion, mint: Mint) -> Letter:
    """Return the letter to one person, filled with the `specific` fields and the round's number."""
    links = personal_links(reader.id, None, occasion.now, mint)

    def fields(language: Language) -> dict[str, object]:
        return {"round": occasion.number, **specific(language)}

    return personal_letter(texts, reader, occasion, links, fields, mint)


def notices(texts: Texts, readers: Sequence[Reader], specific: Callable[[Reader], Fields], occasion: Occasion) -> Batch:
    """Return a letter to each of these people, filled with the fields that `specific` gives for them."""

    def compose(position: int, mint: Mint) -> Letter:
        reader = readers[position]
        return notice(texts, reader, specific(reader), occasion, mint)

    return Batch(tuple(readers), compose)
