"""Requests that no browser would make: odd methods, paths, tokens, fields, sizes, encodings and headers."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from coffee.scheme.tokens import Purpose

HELD: list[Purpose] = ["me", "feedback", "cannot", "unsubscribe", "confirm", "address"]
HUGE = ["9" * 20, "9" * 5000]  # numbers that SQLite cannot hold, and that Python does not read
BELOW_ME = ["/details", "/address", "/erase", "/feedback/1", "/cannot/1", "/data"]
BELOW_ME += [f"/{page}/{number}" for page in ("feedback", "cannot") for number in HUGE]
POSTED_BELOW_ME = ["/skip", "/unskip", "/leave", "/back", "/letters", "/renew", "/pause"]
OPEN_TO_ALL = ["/join", "/p/me"]  # forms that anybody may send

_NAMES = st.sampled_from(["name", "email", "organisation", "phone", "shares", "language", "agree", "met", "useful"])
_NAMES |= st.sampled_from(["story", "until", "sure", "can", "version", "letters", "List-Unsubscribe"])
_VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["yes", "no", "1", "ada@example.org", "a@b", "\x00", "\ud800", "\u202e", "9" * 5000, "é" * 3000]),
)
FIELDS = st.lists(st.tuples(_NAMES | st.text(max_size=8), _VALUES), max_size=12)
_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=x; charset=rot13",
        "multipart/form-data",
        "application/json",
        "text/plain; charset=nonsense",
        "",
        "é",
    ]
)
_PATHS = st.sampled_from(
    OPEN_TO_ALL
    + [f"/p/{purpose}/{{}}" for purpose in HELD]
    + [f"/p/me/{{}}{below}" for below in BELOW_ME + POSTED_BELOW_ME]
)
_TOKENS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#"), min_size=1, max_size=60)


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """The body of a form, even for text that no browser could send."""
    return urlencode(fields, errors="surrogatepass").encode()


class Odd(NamedTuple):
    """One request. Its `path` has a placeholder where a token goes."""

    method: str
    path: str
    token: str
    body: bytes
    kind: str
    language: str

    def address(self, token: str | None = None) -> str:
        """The path with its own token, or with another one."""
        return self.path.format(quote(self.token if token is None else token, safe=""))

    @property
    def headers(self) -> dict[str, bytes]:
        """The headers for the type of the body and the languages preferred."""
        return {"Content-Type": self.kind.encode("latin-1", "replace"), "Accept-Language": self.language.encode()}


_BODIES = (
    FIELDS.map(encoded) | st.binary(max_size=200) | st.integers(0, 70_000).map(lambda size: b"name=" + b"x" * size)
)
ODD = st.builds(
    Odd,
    method=st.sampled_from(["GET", "HEAD", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    path=_PATHS,
    token=_TOKENS,
    body=_BODIES,
    kind=_TYPES,
    language=st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["cy", "*", "en-GB;q=0.8,cy;q=nan", ",,,", "x" * 500]),
)
