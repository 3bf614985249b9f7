"""Fields that a header's wording names, whatever system or language wrote it."""

import re
import unicodedata
from functools import lru_cache

from coffee.roster.fields import Field

_UNIT = (
    "(department|dept|directorate|division|team|service|business unit|business area|section|unit|branch|faculty|school"
    "|site|location|office|base)"
)
_WHOSE = "(your|attendee|delegate|participant|person|staff|employee|worker|member|contact|guest|legal|primary)"
_FIRST = "(first|fore|given|christian) ?names?"
_LAST = "(last|sur|family|second) ?names?"
_SURNAME_FIRST = re.compile(rf"{_LAST} .*\b{_FIRST}.*")
_QUESTION = re.compile(
    r"(do|may|can|could|would|are|is|have|has|will|should|did|shall|which teams?|which channels?|how|when|why|ok to|"
    r"happy to|i agree|i consent|consent)\b.*"
)
_FIELDS: tuple[tuple[Field, tuple[str, ...]], ...] = (
    # The first pattern that fits names the field; what fits an earlier pattern of a field is the better column for it.
    ("ignore", (r"what to mend|line|joined at|cannot reach",)),
    (
        "extra",
        (
            r".*\b(manager|supervisor|emergency|next of kin|postal|user ?name|address line|postcode|proxy ?addresses|"
            r"sam account|distinguished)\b.*",
            r".*\b(middle|maiden|nick|account|login|device|computer|domain|file|form|sheet|event|course|project|building"
            r"|street|road|phonetic) ?name\b.*",
            r".+\b(label|type|opt in|opt out|status|format|consent|confirm(ed)?|count|website|url|sector|size)",
            r"(reports to|buddy|referred by|recipient of) .*",
        ),
    ),
    (
        "email",
        (
            r"e ?mail",
            r"e ?mail address|e ?bost|mail|mail address|(your |work |your work )e ?mail( address)?",
            r".*\b(e ?mail|e ?mails|e ?bost)\b.*",
            r"(user principal name|upn|participant id upn|.*\bupn)",
        ),
    ),
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
        (
            rf"({_WHOSE} )*{_FIRST}|enw cyntaf|first|forename",
            rf"(?!.*\b{_LAST}).*\b{_FIRST}",
            r"preferred name|known as",
        ),
    ),
    ("last_name", (rf"({_WHOSE} )*{_LAST}|cyfenw|last|sn", rf"(?!.*\b{_FIRST}).*\b{_LAST}")),
    (
        "organisation",
        (
            r"(your |name of (your )?)?(organi[sz]ation|organi[sz]ations)( name)?|sefydliad",
            r"org|o|organi[sz]ation .*|.*\b(council|employer|authority|company|trust|institution|cyngor)\b.*",
            r".*\borgani[sz]ation\b.*",
            r".*\b(agency|partner|workplace|place of work|where do you work|where are you based)\b.*"
            r"|.*\bwho do you work for\b.*|where from",
            rf"(your |name of (your )?)?{_UNIT}( (and |or )?{_UNIT})*( name)?",
        ),
    ),
    (
        "name",
        (
            r"(full |your |your full |participant |person |staff |employee )?names?|enw",
            rf"({_WHOSE} )+(full )?name|participant|person|who|what (is|s) your (full )?name|{_FIRST} and {_LAST}"
            r"|name .*",
            rf"employee|colleague|delegate|attendee|member|applicant|volunteer|display name|cn|{_LAST} .*\b{_FIRST}.*",
            r".*\bnames?\b.*",
        ),
    ),
    ("role", (r"role", r"(your )?(job|job title|job role|position|post|post title|title|rol|swydd)")),
    ("topics", (r"topics?|interests?", r".*\b(topics?|interests?|interested in|talk about|expertise)\b.*")),
    ("language", (r"(preferred )?language|iaith",)),
    ("status", (r"status",)),
    ("paused_until", (r"paused until",)),
    ("shares", (r"shares",)),
    ("unsubscribed_at", (r"unsubscribed at",)),
)
_LONGEST = 120  # characters of a header: more is a text
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_REQUIRED = re.compile(r"[\[(](required|optional|mandatory|if any|gofynnol|dewisol)[\])]|\*+$", re.IGNORECASE)


def field_named(header: str) -> Field | None:
    """Return the field that a header's wording names, or None."""
    return (ranked(header) or (None, 0))[0]


def surname_first(header: str) -> bool:
    """Return whether a header says that its names are written as "Lee, Ann"."""
    return bool(_SURNAME_FIRST.fullmatch(plain(header)))


def is_question(header: str) -> bool:
    """Return whether a header asks something, so that its answers are no contact details."""
    return bool(_QUESTION.fullmatch(plain(header)))


@lru_cache(maxsize=4096)
def ranked(header: str) -> tuple[Field, int] | None:
    """Return the field that a header names and how well, 0 being the best; None when it names none.

    A header in two languages, or with a heading before a dash, also counts by its parts: `Enw / Name`.
    """
    named = _of_words(plain(header))
    if named and named[0] not in ("extra", "ignore"):
        parts = [hit for part in re.split(r"\s[-–/|]\s", header)[1:] if (hit := _of_words(plain(part)))]
        return parts[-1] if parts and parts[-1][0] == named[0] and parts[-1][1] < named[1] else named
    if named is None:
        parts = [hit for part in re.split(r"\s*[/|]\s*|\s[-–]\s", header) if (hit := _of_words(plain(part)))]
        return min(parts, key=lambda hit: hit[1]) if parts else None
    return named


def _of_words(words: str) -> tuple[Field, int] | None:
    if not words or len(words) > _LONGEST:
        return None
    for field, patterns in _FIELDS:
        for rank, pattern in enumerate(patterns):
            if re.fullmatch(pattern, words):
                return field, rank
    return None


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """Reduce a header to lower-case words without accents or punctuation, with "e-mail" as "e mail"."""
    shown = _CAPITALS.sub(" ", _REQUIRED.sub("", header).replace("(s)", "s"))
    bare = unicodedata.normalize("NFKD", shown.casefold())
    return " ".join(re.findall(r"[a-z]+", "".join(c for c in bare if not unicodedata.combining(c))))
