"""Letters to one person: what each of them may say, the links in it, and how it is made."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from coffee.mail.letters.languages import Fields, Texts
from coffee.mail.letters.letter import Envelope, Letter, Link, Office, freeze, url
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.text.language import Language

CALLED = {"me": "my_page", "address": "confirm_link"}  # fields of links that are not named after their purpose
LINKS_LAST = timedelta(days=180)
ANSWERS = {"met_link": "yes", "not_yet_link": "not%20yet"}  # an answer of the feedback page, by the field that ticks it


def personal_letter(
    texts: Texts,
    reader: Reader,
    occasion: Occasion,
    links: tuple[Link, ...],
    specific: Fields,
    mint: Callable[[], str],
    calendar: bytes | None = None,
) -> Letter:
    """Return the letter to one person, filled with the common fields and the `specific` ones. Raises TemplateFault."""

    def fields(language: Language) -> Mapping[str, object]:
        return {**common(language, occasion.office, reader, links), **specific(language)}

    envelope = Envelope(
        kind=texts.kind,
        key=f"{texts.kind}:{occasion.once}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=occasion.tag,
        person_id=reader.id,
        round_id=occasion.round_id,
        match_id=occasion.match_id,
        links=links,
        calendar=calendar,
    )
    return freeze(occasion.office, envelope, texts.halves(reader.language, fields), now=occasion.now, mint=mint)


def personal_links(person_id: int, match_id: int | None, now: datetime, mint: Callable[[], str]) -> tuple[Link, ...]:
    """New tokens for one person: their page and unsubscribing; with a match also how it went and "I cannot"."""
    until = now + LINKS_LAST
    links = (Link(mint(), "me", person_id, None, until), Link(mint(), "unsubscribe", person_id))
    if match_id is None:
        return links
    return (
        Link(mint(), "feedback", person_id, match_id, until),
        Link(mint(), "cannot", person_id, match_id, until),
        *links,
    )


def common(language: Language, office: Office, reader: Reader, links: Sequence[Link]) -> dict[str, object]:
    """The fields that every letter may use."""
    fields: dict[str, object] = {
        "name": reader.called,
        "title": office.title_in(language),
        "organiser": office.signed_in(language),
        "join_link": f"{office.base_url}/join",
    }
    fields |= {CALLED.get(link.purpose, f"{link.purpose}_link"): url(office, link) for link in links}
    if "feedback_link" in fields:  # a link only fills in the answer: opening one must change nothing
        fields |= {name: f"{fields['feedback_link']}?met={answer}" for name, answer in ANSWERS.items()}
    return fields
