"""While nobody signs letters, no page promises one."""

from coffee.mail.letters.letter import Office
from coffee.scheme import SchemeError


class Unsigned(SchemeError):
    """Nobody said yet who signs the letters, so none can be written."""


def refuse_unsigned(office: Office) -> None:
    """Raises Unsigned while nobody said in Settings who signs the letters."""
    if not office.address:
        raise Unsigned("Letters need a sender. Write your name and address in Settings.")
