"""What somebody typed into a page, and at most one plain fault a field."""

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
    """The request's body is no form, or too large. `status` is what HTTP calls it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Form:
    """The fields of a form as typed, with the faults found in them, in the order of finding."""

    given: FormData | QueryParams = field(default_factory=FormData)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def filled(cls, values: Iterable[tuple[str, str]]) -> "Form":
        """A form as it is shown when these values are known already; a name may come several times."""
        return cls(FormData(list(values)))

    def text(self, name: str) -> str:
        """What was typed, trimmed, line ends and accents in their usual form; '' when nothing was."""
        typed = cells.composed(str(self.given.get(name, "")).replace("\r\n", "\n"))
        return cells.printable(_CONTROL.sub("", typed)).strip()

    def all(self, name: str) -> list[str]:
        """Every value that was ticked under this name."""
        return [str(value) for value in self.given.getlist(name)]

    def with_value(self, name: str, value: str) -> "Form":
        """The same form with one field filled anew."""
        kept = [(key, str(typed)) for key, typed in self.given.multi_items() if key != name]
        return Form(FormData([*kept, (name, value)]), self.faults)

    def limit(self, name: str, label: str, say: Callable[..., str], most: int = MAX_WORDS) -> None:
        """Find fault with a field that holds more than `most` characters; the page calls the field `label`."""
        if (count := len(self.text(name))) > most:
            written = {"most": most, "field": label, "count": count}
            self.fault(
                name, say("Use %(most)s characters or fewer for “%(field)s”; you have written %(count)s", **written)
            )

    def fault(self, name: str, sentence: str) -> None:
        """Say what is wrong with a field; the first thing said stands."""
        self.faults.setdefault(name, sentence)


async def read(request: Request) -> Form:
    """The form that a POST carries. Raises Unreadable."""
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
