"""The forms that people send, with at most one fault for each field."""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from coffee.roster import cells

MAX_BODY = 64 * 1024  # bytes; a form filled to its limits fits, whatever the script
MAX_FIELDS = 100
MAX_WORDS = 1000  # characters in one field

_CONTROL = re.compile(r"[\x0b-\x1f\x85]")  # white space of printers and terminals


logging.getLogger("python_multipart").setLevel(logging.ERROR)  # that a stranger's form was odd is no news


class Unreadable(Exception):
    """The body of a request is not a form, or is too large; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Form:
    """The fields of a form as typed, and the faults found in them, in the order in which they were found."""

    given: FormData | QueryParams = field(default_factory=FormData)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def filled(cls, values: Iterable[tuple[str, str]]) -> "Form":
        """Return a form that is filled with these values. A name may occur several times."""
        return cls(FormData(list(values)))

    def text(self, name: str) -> str:
        """Return what was typed, trimmed, with usual line ends and accents; '' for an empty field."""
        typed = cells.composed(str(self.given.get(name, "")).replace("\r\n", "\n"))
        return cells.printable(_CONTROL.sub("", typed)).strip()

    def all(self, name: str) -> list[str]:
        """Return every value that was ticked under this name."""
        return [str(value) for value in self.given.getlist(name)]

    def with_value(self, name: str, value: str) -> "Form":
        """Return the form with another value in one field."""
        others = [(key, str(typed)) for key, typed in self.given.multi_items() if key != name]
        return Form(FormData([*others, (name, value)]), self.faults)

    def limit(self, name: str, label: str, say: Callable[..., str], most: int = MAX_WORDS) -> None:
        """Note a fault if a field holds more than `most` characters; the page calls the field `label`."""
        if (count := len(self.text(name))) > most:
            written = {"most": most, "field": label, "count": count}
            self.fault(
                name, say("Use %(most)s characters or fewer for “%(field)s”; you have written %(count)s", **written)
            )

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field, unless something was noted already."""
        self.faults.setdefault(name, sentence)


async def read(request: Request) -> Form:
    """Read the form that a POST carries. Raises Unreadable."""
    body = await _body(request)

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, replay).form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_BODY)
    except (HTTPException, MultiPartException, ValueError) as error:
        raise Unreadable(400) from error
    return Form(form)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise Unreadable(413)
    except ClientDisconnect as gone:  # half a form is none, and nobody waits for the answer
        raise Unreadable(400) from gone
    return bytes(body)
