"""Refuse to promise a letter while nobody signs them."""

from coffee.mail.letters.letter import Office
from coffee.scheme import SchemeError


class Unsigned(SchemeError):
    """Settings do not say who signs the letters, so none can be written."""


def refuse_unsigned(office: Office) -> None:
    """Raise Unsigned while Settings do not say who signs the letters."""
    if not office.address:
        raise Unsigned("Letters need a sender. Write your name and address in Settings.")
