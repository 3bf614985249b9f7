"""The query of an address, and the language to answer in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.types import Scope

from coffee.text.language import Language, accepted, chosen, named
from coffee.web.http.page import Links

LONGEST = 1000  # bytes; ours are below 100, and what others hang on to a link below 500


@dataclass(frozen=True)
class Question:
    """The fields of a query, the language that they choose, if any, and the one that the browser prefers."""

    fields: QueryParams
    chosen: Language | None
    liked: Language

    def language(self, spoken: str | None) -> Language:
        """Return the language chosen on the page, else the one in `spoken` if it is only one, else the browser's."""
        theirs = chosen(spoken or "")
        return self.chosen or (theirs[0] if len(theirs) == 1 else self.liked)

    def link(self, base_url: str) -> Links:
        """Return a builder of links to our pages that keep the chosen language."""
        asked = [(name, value) for name, value in self.fields.multi_items() if name != "lang"]
        return Links(base_url, self.chosen.code if self.chosen else "", urlencode(asked))


def question(asked: Scope) -> Question:
    """Read the query of a request. Pages repeat it in links, so one much longer than ours is ignored."""
    likes = next((value for name, value in asked["headers"] if name == b"accept-language"), b"")
    query = asked["query_string"]
    fields = QueryParams(query if len(query) <= LONGEST else b"")
    return Question(fields, named(fields.get("lang")), accepted(likes[:LONGEST].decode("latin-1")))
