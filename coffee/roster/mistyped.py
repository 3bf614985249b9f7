"""Suggestions for addresses that are probably mistyped. Pure.

Compares with well-known domains only, so a suggestion reveals no domain of the scheme's people.
"""

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

MAILBOXES = (  # domains that many people have a mailbox at
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "yahoo.com",
    "yahoo.co.uk", "icloud.com", "btinternet.com", "virginmedia.com", "talktalk.net", "blueyonder.co.uk",
    "ntlworld.com", "protonmail.com", "nhs.net",
)  # fmt: skip
OTHERS = ("ymail.com", "mail.com", "email.com")  # well known too, and close to those
LONG = 10  # characters of a domain
ENDINGS = (  # of the domains of public bodies and their partners
    "gov.uk", "nhs.uk", "gov.wales", "gov.scot", "llyw.cymru", "police.uk", "parliament.uk", "ac.uk", "org.uk", "co.uk",
)  # fmt: skip


def likely(email: str) -> str:
    """Return the address that was probably meant, '' when this one looks right: ann@gmial.com → ann@gmail.com."""
    user, _, typed = email.rpartition("@")
    domain = typed.casefold()
    meant = _mailbox(domain) or _ending(domain)
    return f"{user}@{meant}" if user and meant and meant != domain else ""


def _mailbox(domain: str) -> str:
    """Return the well-known domain one slip away, or two where it is long."""
    if domain in OTHERS:
        return ""
    return _nearest(domain, MAILBOXES, 2 if len(domain) >= LONG else 1)


def _ending(domain: str) -> str:
    """Correct the domain's last two labels: leeds.nhs.ukk → leeds.nhs.uk."""
    *before, last, top = ["", *domain.split(".")]
    ending = f"{last}.{top}"
    if ending in ENDINGS or not last:
        return ""
    meant = _nearest(ending, ENDINGS, 1)
    return ".".join([*before[1:], meant]) if meant else ""


def _nearest(typed: str, known: tuple[str, ...], slips: int) -> str:
    """Return the nearest domain within so many slips (letters changed, added, left out or swapped), or ''."""
    nearest = extractOne(typed, known, scorer=OSA.distance, score_cutoff=slips)
    return nearest[0] if nearest else ""
