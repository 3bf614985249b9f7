"""Batches of letters to write, each written by itself, so that they can be read before any is queued."""

from collections.abc import Callable
from dataclasses import dataclass

from coffee.mail.letters.letter import Letter
from coffee.mail.letters.reader import Reader
from coffee.scheme import tokens
from coffee.text.search import finds

Mint = Callable[[], str]

NOWHERE = "preview-only-this-link-leads-nowhere-at-all"  # as long as a real token


@dataclass(frozen=True)
class Batch:
    """One letter to each of `readers`; `compose` writes the one to the reader at a position."""

    readers: tuple[Reader, ...]
    compose: Callable[[int, Mint], Letter]

    def __len__(self) -> int:
        return len(self.readers)

    def __add__(self, other: "Batch") -> "Batch":
        """These letters, then those."""

        def compose(position: int, mint: Mint) -> Letter:
            mine = len(self.readers)
            return self.compose(position, mint) if position < mine else other.compose(position - mine, mint)

        return Batch(self.readers + other.readers, compose)

    def letters(self, mint: Mint = tokens.mint) -> list[Letter]:
        """All of them, ready to queue. Raises TemplateFault when the template cannot be filled."""
        return [self.compose(position, mint) for position in range(len(self))]

    def preview(self, position: int) -> Letter:
        """One of them as it would go, but for its links, which lead nowhere. Raises TemplateFault."""
        return self.compose(position, lambda: NOWHERE)

    def matching(self, words: str) -> list[int]:
        """The positions of readers whose name, address or organisation has these words in it."""
        matches = finds(words, (f"{reader.name} {reader.email} {reader.organisation}" for reader in self.readers))
        return matches.nonzero()[0].tolist()
