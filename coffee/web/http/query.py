"""What stands behind the question mark of an address, and which languages a browser likes.

Most visitors ask alike, so each question is read once and shared by all who ask it.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.types import Scope

from coffee.text.language import Language, accepted, chosen, named
from coffee.web.http.page import Links

LONGEST = 1000  # bytes; ours are below 100, and what others hang on to a link below 500


@dataclass(frozen=True, eq=False)
class Question:
    """The fields asked with, the language chosen among them, if any, and the one that suits the browser."""

    fields: QueryParams
    chosen: Language | None
    liked: Language

    def language(self, spoken: str | None) -> Language:
        """The language chosen, else the one that they asked for when they joined, else what their browser likes."""
        theirs = chosen(spoken or "")
        return self.chosen or (theirs[0] if len(theirs) == 1 else self.liked)

    def link(self, base_url: str) -> Links:
        """The address of a page of ours, in the language chosen on the page."""
        asked = [(name, value) for name, value in self.fields.multi_items() if name != "lang"]
        return Links(base_url, self.chosen.code if self.chosen else "", urlencode(asked))


def question(asked: Scope) -> Question:
    """The question of a request. One that is longer than any of ours is taken for none, so that little is kept."""
    likes = next((value for name, value in asked["headers"] if name == b"accept-language"), b"")
    query = asked["query_string"]
    return _read(query if len(query) <= LONGEST else b"", likes[:LONGEST])


@lru_cache(maxsize=256)
def _read(query: bytes, likes: bytes) -> Question:
    fields = QueryParams(query)
    return Question(fields, named(fields.get("lang")), accepted(likes.decode("latin-1")))
