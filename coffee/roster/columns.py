"""The meaning of each column, guessed from the headers' wording, then from the cells, and shown for correction."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

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

_UNIT = (
    "(department|dept|directorate|division|team|service|business unit|business area|section|unit|branch|faculty|school"
    "|site|location|office|base)"
)
_SURNAME_FIRST = re.compile(r"(last ?name|surname|family ?name) .*\b(first|fore|given) ?names?\b.*")
_FIELDS: tuple[tuple[Field, tuple[str, ...]], ...] = (
    # The first pattern that fits names the field; what fits an earlier pattern of a field is the better column for it.
    ("ignore", (r"what to mend|line|joined at|cannot reach",)),
    (
        "extra",
        (
            r".*\b(manager|supervisor|emergency|next of kin|postal|user ?name|address line|postcode)\b.*",
            r".*\b(middle|maiden|nick|account|login|device|computer|domain|file|form|sheet|event|course|project|building"
            r"|street|road) ?name\b.*",
        ),
    ),
    ("email", (r"e ?mail", r"e ?mail address|e ?bost|mail|mail address", r".*\b(e ?mail|e ?mails|e ?bost)\b.*")),
    (
        "chat_id",
        (
            r"chat id|chat",
            r".*\b(skype|teams|google|hangouts?|zoom|whatsapp|signal|telegram|slack|discord|webex)\b.*",
            r"chat .*|.*\bhandle",
        ),
    ),
    (
        "phone",
        (
            r"phone",
            r".*\b(mobile|mob|cell)\b.*",
            r".*\b(tele)?phone\b.*|.*\btel\b.*|.*\bffon\b.*|landline|.*\bcontact (number|no|num)\b.*",
            r"(direct|office|work|daytime) (dial|line|number|no)|direct dial (number|no)",
        ),
    ),
    (
        "first_name",
        (r"(your )?(first|given|christian) ?names?|(your )?forenames?|enw cyntaf", r"preferred name|known as"),
    ),
    ("last_name", (r"(your )?(last|family|second) ?names?|(your )?surname|cyfenw",)),
    (
        "organisation",
        (
            r"(your |name of (your )?)?(organi[sz]ation|organi[sz]ations)( name)?|sefydliad",
            r"org|organi[sz]ation .*|.*\b(council|employer|authority|company|trust|institution|cyngor)\b.*",
            r".*\borgani[sz]ation\b.*",
            r".*\b(agency|partner|workplace|place of work|where do you work|where are you based)\b.*"
            r"|.*\bwho do you work for\b.*",
            rf"(your |name of (your )?)?{_UNIT}( (and |or )?{_UNIT})*( name)?",
        ),
    ),
    (
        "name",
        (
            r"(full |your |your full |participant |person |staff |employee )?names?|enw",
            r"participant|person|who|what (is|s) your (full )?name|(first|fore)name and (last|sur)name|name .*",
            r"employee|colleague|delegate|attendee|member|applicant|volunteer|display name",
            r".*\bnames?\b.*",
        ),
    ),
    (
        "role",
        (
            r"role",
            r"(your )?(job|job title|job role|position|post|post title|rol|swydd)",
        ),
    ),
    ("topics", (r"topics?|interests?", r".*\b(topics?|interests?|interested in|talk about|expertise)\b.*")),
    ("language", (r"(preferred )?language|iaith",)),
    ("status", (r"status",)),
    ("paused_until", (r"paused until",)),
    ("shares", (r"shares",)),
    ("unsubscribed_at", (r"unsubscribed at",)),
)
_SHORTEST_NUMBER = 5  # digits
_ANSWERS = {"yes", "no", "y", "n"}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def field_named(header: str) -> Field | None:
    """The field a header's wording names, or None."""
    return (_ranked(header) or (None, 0))[0]


def surname_first(header: str) -> bool:
    """Return whether a header says that its names are written as "Lee, Ann"."""
    return bool(_SURNAME_FIRST.fullmatch(_plain(header)))


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]], silo: str = "organisation") -> dict[int, Field]:
    """Guess a field for every column. Each field but 'extra', 'ignore' and chat IDs has one column, the best fit.

    `silo` is the scheme's word for an organisation ("team", say): a column with exactly that header wins.
    """
    if EXPORTED.keys() <= set(headers):
        return {i: EXPORTED.get(header, "ignore" if header == TO_MEND else "extra") for i, header in enumerate(headers)}
    ranked = {i: _ranked(header) for i, header in enumerate(headers)}
    ranked |= {i: ("organisation", -1) for i, header in enumerate(headers) if _plain(header) == _plain(silo)}
    if any(hit and hit[0] == "last_name" for hit in ranked.values()):
        # Beside a surname, "Contact name" and its like are somebody's or something's else.
        ranked = {i: None if hit and hit[0] == "name" and hit[1] else hit for i, hit in ranked.items()}
    mapping: dict[int, Field] = dict.fromkeys(range(len(headers)), "extra")
    taken: set[Field] = set()
    for i, (field, _) in sorted(((i, hit) for i, hit in ranked.items() if hit), key=lambda item: (item[1][1], item[0])):
        if field in ("extra", "ignore", "chat_id") or field not in taken:
            mapping[i] = field
            taken.add(field)
    named = [i for i, hit in ranked.items() if hit and hit[0] == "phone"]
    return _checked(_with_numbers(_joined_names(mapping), named, rows), rows)


def _ranked(header: str) -> tuple[Field, int] | None:
    words = _plain(header)
    if not words or len(words) > 120:
        return None
    for field, patterns in _FIELDS:
        for rank, pattern in enumerate(patterns):
            if re.fullmatch(pattern, words):
                return field, rank
    return None


def _plain(header: str) -> str:
    """Reduce a header to lower case without accents or punctuation, with "e-mail" as "e mail"."""
    bare = unicodedata.normalize("NFKD", header.casefold().replace("(s)", "s"))
    return " ".join(re.findall(r"[a-z]+", "".join(c for c in bare if not unicodedata.combining(c))))


def _joined_names(mapping: dict[int, Field]) -> dict[int, Field]:
    """Decide between a full name, and a first and a last name; a "name" beside a surname is the first name."""
    fields = set(mapping.values())
    if "last_name" in fields and "name" in fields and "first_name" not in fields:
        return {i: "first_name" if field == "name" else field for i, field in mapping.items()}
    if "name" in fields:
        return {i: "extra" if field in ("first_name", "last_name") else field for i, field in mapping.items()}
    if {"first_name", "last_name"} <= fields:
        return mapping
    return {i: "name" if field in ("first_name", "last_name") else field for i, field in mapping.items()}


def _with_numbers(mapping: dict[int, Field], named: Sequence[int], rows: Sequence[Sequence[str]]) -> dict[int, Field]:
    """Use as the phone the column, of those `named` so, that has numbers.

    That is not an empty "Mobile", nor "Phone 1 - Label", nor the answers to "May we phone you?".
    """
    numbers = {i: sum(len(re.findall(r"\d", row[i])) >= _SHORTEST_NUMBER for row in rows[:200]) for i in named}
    for i in [i for i in named if mapping[i] == "phone" and not numbers[i]]:
        best = max(named, key=lambda other: numbers[other])
        if numbers[best]:
            return mapping | {i: "extra", best: "phone"}
        if {row[i].strip().casefold() for row in rows} & _ANSWERS:
            return mapping | {i: "extra"}
    return mapping


def _checked(mapping: dict[int, Field], rows: Sequence[Sequence[str]]) -> dict[int, Field]:
    """Correct the mapping by the cells: a column of addresses is the email; a status must be one of ours."""
    addresses = {i: sum(bool(ADDRESS.search(row[i])) for row in rows[:200]) for i in mapping}
    emails = [i for i, field in mapping.items() if field == "email"]
    if not any(addresses[i] for i in emails) and max(addresses.values(), default=0):
        mapping |= dict.fromkeys(emails, "extra")
        mapping[max(addresses, key=lambda i: addresses[i])] = "email"
    for i, field in mapping.items():
        if field == "status" and not all(is_status(row[i]) for row in rows):
            mapping[i] = "extra"
    return mapping


def is_status(text: str) -> bool:
    """Return whether a cell is empty or holds one of our own words for a person's status."""
    return text.strip().casefold() in ("", "active", "paused", "left", "unconfirmed")


def columns_of(mapping: Mapping[int, Field], field: Field) -> list[int]:
    """Return the columns that hold `field`, from left to right."""
    return [i for i in sorted(mapping) if mapping[i] == field]
