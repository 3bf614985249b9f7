"""Lists of contacts that are no tables: vCards, and the "Name <address>" lists of mail programs."""

import re
from email.utils import getaddresses

import vobject

from coffee.roster.errors import RosterError

HEADER = ["Name", "Email", "Organisation", "Phone"]
_ONE = r"(?:[^<>@\n;]*<\s*[^<>@\s]+@[^<>@\s]+\s*>|[^<>@\s;,]+@[^<>@\s;,]+)"
_LIST = re.compile(rf"\s*(?:(?:to|cc|bcc):\s*)?{_ONE}(?:\s*[;,\n]\s*{_ONE})*\s*[;,.]?\s*", re.IGNORECASE)
_LONGEST = 1_000_000  # characters


def people_in_list(text: str) -> list[list[str]] | None:
    """Return rows for the people in a list such as a mail program's To line; None when the text is no such list."""
    if "<" not in text or len(text) > _LONGEST or not all(map(_LIST.fullmatch, filter(str.strip, text.split("\n")))):
        return None
    line = re.sub(r"(?im)^\s*(to|cc|bcc):", "", text).replace("\n", ",").replace(";", ",")
    pairs = getaddresses([_quoted(line)])
    return [HEADER, *([_turned(name), address, "", ""] for name, address in pairs if address)]


def _quoted(line: str) -> str:
    """Put names in quotation marks, so that the comma in "Lee, Ann <a@b>" parts no two people."""
    return re.sub(
        r'(^|>\s*,|@[^\s,<>]+\s*,)\s*([^"<>@]*?)\s*<', lambda found: f'{found[1]} "{found[2].strip()}" <', line
    )


def _turned(name: str) -> str:
    surname, comma, first = name.partition(",")
    return f"{first.strip()} {surname.strip()}" if comma else name


def people_in_vcards(text: str, filename: str) -> list[list[str]]:
    """Return rows for the people in vCards (RFC 6350 and before). Raises RosterError."""
    rows = []
    try:
        for card in vobject.readComponents(text, allowQP=True, ignoreUnreadable=True):
            found = card.contents
            name = found["fn"][0].value if "fn" in found else str(found["n"][0].value) if "n" in found else ""
            organisation = found["org"][0].value if "org" in found else []
            parts = organisation if isinstance(organisation, list) else [organisation]
            email, phone = (found[key][0].value if key in found else "" for key in ("email", "tel"))
            rows.append([name, email, parts[0] if parts else "", phone])
    # Its errors have no common type: ParseError, UnicodeError, KeyError, binascii.Error …
    except Exception as error:
        raise RosterError(
            f"{filename} holds contact cards that cannot be read. Export them again, in Outlook as CSV (File, Open & "
            "Export, Import/Export), and use that."
        ) from error
    return [HEADER, *rows]
