"""How letters write their headers: in the standard library's way, but what thousands share is worked out once."""

from email.headerregistry import BaseHeader, HeaderRegistry
from email.policy import SMTP, EmailPolicy
from functools import lru_cache
from typing import Any

_KEPT = 256  # headers; those of one round are about twenty, and each letter has three of its own


class Registry(HeaderRegistry):
    """Reads headers as the standard one does, and each only once."""

    @lru_cache(_KEPT)  # noqa: B019 (there are two, and they live as long as the program)
    def __getitem__(self, name: str) -> type[BaseHeader]:
        """What a header of this name is read as."""
        return super().__getitem__(name)

    @lru_cache(_KEPT)  # noqa: B019
    def __call__(self, name: str, value: Any) -> BaseHeader:
        """The header, read."""
        return super().__call__(name, value)


class Policy(EmailPolicy):
    """The standard policy for mail with a memory. A header is a string that never changes, so letters can share it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as its bytes in a letter."""
        return _folded(self.utf8, name, value)


def _policy(utf8: bool) -> Policy:
    # Long lines keep a header on one line: folding is where Python has broken names in other scripts.
    how: dict[str, Any] = {"linesep": SMTP.linesep, "max_line_length": 998, "utf8": utf8}
    return Policy(header_factory=Registry(), **how)


@lru_cache(_KEPT)
def _folded(utf8: bool, name: str, value: str) -> bytes:
    return super(Policy, INTERNATIONAL if utf8 else PLAIN).fold_binary(name, value)


PLAIN = _policy(False)
INTERNATIONAL = _policy(True)  # RFC 6531: only a letter with an international address has raw UTF-8 in its headers
