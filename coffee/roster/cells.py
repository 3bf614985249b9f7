"""One cell: its tidied value, and at most one fault in plain English."""

import re
from dataclasses import dataclass
from itertools import chain, groupby
from unicodedata import combining, normalize

from email_validator import EmailNotValidError, validate_email

UNSAVED = "#UNSAVED!"  # in place of a formula that was never calculated, like Excel's own #REF! and #N/A
_UNSAVED_FAULT = (
    "this line has a formula whose result was never saved: open the file in Excel, save it, and upload it again"
)
_MOST_MARKS = 30  # on one letter: no writing has more (Unicode Standard Annex #15, Stream-Safe Text Format)
_LONGEST_EMAIL = 500  # characters with the name before it; the address alone has 254 at most (RFC 5321)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CONTROLS = (range(0x09), range(0x0E, 0x20), range(0x7F, 0x85), range(0x86, 0xA0), range(0xD800, 0xE000))
_NONCHARACTERS = (
    range(0xFDD0, 0xFDF0),
    *(range(plane | 0xFFFE, plane + 0x10000) for plane in range(0, 0x110000, 0x10000)),
)
_UNPRINTABLE = dict.fromkeys(chain(*_CONTROLS, *_NONCHARACTERS))
_AROUND = " \t;,.'’‘\"“”„«»"
_AT = r"[^\s<>()\[\];,|?\"“”]+@[^\s<>()\[\];,|?\"“”]+"
_LINKED = re.compile(rf"(?P<address>{_AT})\s*[<\[(]\s*(?:mailto:)?(?P<link>{_AT})\s*[>\])]", re.IGNORECASE)
_NAMED = re.compile(rf"[^<@]*<\s*(?:mailto:|smtp:)?(?P<address>{_AT})(?:\?[^>]*)?\s*>[;,.]?", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:(?:e-?mail(?: address)?|mailto|smtp|e-?bost)\s*[:=]\s*)*(?P<address>{_AT})(?:\?\S*)?(?:\s*[(\[][^@]*[)\]])?",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"[\s,;(]*(?:extension|extn?|x)[\s.:=]*\d+\)?$", re.IGNORECASE)
_DEFUSED = re.compile(r"'+\s*[=+\-@＝＋－＠]")


@dataclass(frozen=True)
class Cell:
    """A cell. `value` is there even with a fault; a fault that `rejects` keeps the whole row out."""

    value: str
    fault: str = ""
    rejects: bool = False


def tidy(text: str) -> str:
    """Tidy a cell: one line, composed accents, no invisible edges, no runs of spaces, our own defusing undone."""
    line = " ".join(composed(printable(text)).split()).strip(_INVISIBLE + " ")
    return line[1:] if _DEFUSED.match(line) else line


def composed(text: str) -> str:
    """Compose accents (NFC). Heaps of marks, which would take quadratic time, stay as they are."""
    heaps = (len(list(run)) for marks, run in groupby(text, lambda sign: combining(sign) > 0) if marks)
    return text if max(heaps, default=0) > _MOST_MARKS else normalize("NFC", text)


def printable(text: str) -> str:
    """Drop what neither XML 1.0 nor a screen can hold: control characters other than white space, noncharacters."""
    return text.translate(_UNPRINTABLE)


def unsaved(rejects: bool) -> Cell:
    """A formula saved without its value; only Excel can calculate it."""
    return Cell("", _UNSAVED_FAULT, rejects)


def words(text: str, called: str) -> Cell:
    """A required text, such as the name."""
    value = tidy(text)
    return Cell(value) if value else Cell("", f"the {called} is missing", rejects=True)


def email(text: str) -> Cell:
    """Normalise one address, with international domains in the ASCII form that every mail server takes.

    Takes it out of what mail programs and people write around it. Accents before the @ are refused: many mail servers
    still cannot take such an address.
    """
    typed = re.sub(f"[{_INVISIBLE}]", "", tidy(text))
    if not typed:
        return Cell("", "the email address is missing", rejects=True)
    bare = _bare(typed)
    if len([part for part in re.split(r"[;,/|\s]+", bare) if "@" in part]) > 1:
        return Cell(typed, f"“{typed}” holds several email addresses; keep one", rejects=True)
    if len(typed) > _LONGEST_EMAIL:
        return Cell(typed, f"an email address of {len(typed):,} characters is longer than any can be", rejects=True)
    try:
        address = validate_email(bare, check_deliverability=False, allow_smtputf8=False, allow_display_name=True)
    except EmailNotValidError as error:
        return Cell(
            typed, f"“{typed}” is not an email address that letters can reach: {_uncapped(error)}", rejects=True
        )
    return Cell(address.ascii_email or address.normalized)


def _bare(typed: str) -> str:
    """Return the address without its name, label, quotation marks, remark or link; what is unclear stays as it is.

    Of Google's `one ::: other` it is the first. A name and an address without brackets stay: `ann lee@x.example` may
    lack a full stop.
    """
    text = typed.split(" ::: ")[0].strip(_AROUND)
    if link := _LINKED.fullmatch(text):
        text = link["address"] if link["address"].casefold() == link["link"].casefold() else text
    elif named := _NAMED.fullmatch(text):
        text = named["address"]
    elif labelled := _LABELLED.fullmatch(text):
        text = labelled["address"]
    return text.strip(f"{_AROUND}()")


def _uncapped(error: EmailNotValidError) -> str:
    reason = str(error).rstrip(".")
    return reason[:1].lower() + reason[1:]
