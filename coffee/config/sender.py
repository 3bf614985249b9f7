"""The organiser's address on letters: from the environment, else from Settings."""

from dataclasses import replace
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlite_utils import Database

from coffee.config.environment import Environment
from coffee.days.place import Place
from coffee.mail.letters.letter import Office
from coffee.mail.post.errors import BadMailAddress
from coffee.scheme import settings


def office(db: Database, environment: Environment) -> Office:
    """Return the organiser's details for letters: the signature, the reply address and the scheme's title.

    Without an address in COFFEE_FROM or Settings, the mail account's own is used; while letters stay on this machine
    any address will do. Raises BadMailAddress when letters would leave without a sender.
    """
    organiser = office_of_pages(db, environment)
    if not organiser.address:
        raise BadMailAddress(
            "Letters need a sender. Write your name and address in Settings, or set COFFEE_FROM, then try again."
        )
    return organiser


def office_of_pages(db: Database, environment: Environment) -> Office:
    """Return the organiser's details for pages, which work before there is a sender: its address is '' then."""
    stored = settings.some(db, "title", "from", "reply_to", "id", "country", "zone")
    title = str(stored.get("title", "Coffee trial"))
    given = environment.sender or stored.get("from") or _account(environment)
    sender = given or (_invented(environment) if environment.mail_server is None else "")
    organiser = Office.of(str(sender), environment.base_url, title, stored.get("reply_to") or None)
    return replace(
        organiser,
        place=Place.of(stored),
        scheme_id=stored.get("id", ""),
        letters_leave=environment.mail_server is not None,
        invented=not given,
    )


def _account(environment: Environment) -> str:
    user = (environment.mail_server.user if environment.mail_server else None) or ""
    return user if "@" in parseaddr(user)[1] else ""


def _invented(environment: Environment) -> str:
    return f"coffee@{urlsplit(environment.base_url).hostname}"
