"""The people letters speak of: name, organisation, and the contact details that they agreed to share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coffee.mail.letters.values import HOLE, Block, one_line, shortened
from coffee.text.language import Language

# Bytes of HTML in UTF-8, of which a letter of the Latin alphabet takes one and a Chinese character three.
LONGEST = {"name": 200, "organisation": 240, "phone": 100, "chat_id": 200, "topics": 500, "role": 240}


@dataclass(frozen=True)
class Reader:
    """Somebody a letter is for or about. `shares` names the ways to be reached that others may see.

    `language` is their choice of it, as they or a roster put it (see `coffee.text.language.chosen`).
    """

    id: int
    name: str
    email: str
    organisation: str = ""
    phone: str = ""
    chat_id: str = ""
    topics: str = ""
    role: str = ""
    language: str = ""
    shares: frozenset[str] = frozenset({"email", "phone", "chat_id"})

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Reader":
        """From a row with these columns (`id` or `person`); a missing value counts as empty, `shares` may be JSON.

        What is longer than anybody reads is shortened: a letter stays under 30 KB, beyond which mail programs cut it.
        """
        said = {name: value for name, value in row.items() if isinstance(value, str)}
        shares = json.loads(row["shares"]) if isinstance(row["shares"], str) else row["shares"]
        texts = {name: shortened(one_line(said.get(name, "")), most) for name, most in LONGEST.items()}
        texts["language"] = one_line(said.get("language", ""))
        number = int(row["person"] if "person" in row else row["id"])
        return cls(number, email=one_line(said.get("email", "")), **texts, shares=frozenset(shares))

    @property
    def called(self) -> str:
        """Their name, or their address when nobody told us a name; neither is known of who was erased."""
        return self.name or self.email or "somebody"

    @property
    def with_organisation(self) -> str:
        """Siân Jones (Devon)."""
        return f"{self.called} ({self.organisation})" if self.organisation else self.called


def introduced(people: Sequence[Reader], language: Language) -> Block:
    """Each person with organisation, role, topics and the ways they agreed to be reached, as Markdown."""
    told = [_introduced(person, language) for person in people]
    return Block("\n\n".join(block.source for block in told), tuple(value for block in told for value in block.values))


def _introduced(person: Reader, language: Language) -> Block:
    where = [part for part in (person.role, person.organisation) if part]
    ways = _ways(person, language)
    if person.topics:
        ways.append((language.say("Likes to talk about: %(topics)s", topics=HOLE), [person.topics]))
    head = ", ".join([f"**{HOLE}**", *[HOLE] * len(where)])
    lines = [f"- {way}" for way, _ in ways]
    values = [person.called, *where, *(value for _, said in ways for value in said)]
    return Block("\n".join([head, "", *lines]), tuple(values))


def _ways(person: Reader, language: Language) -> list[tuple[str, list[str]]]:
    """The ways to reach a person, each with a hole for each of its values."""
    ways = []
    if "email" in person.shares:
        address = f"[{HOLE}](<mailto:{HOLE}>)"
        ways.append((language.say("Email: %(address)s", address=address), [person.email] * 2))
    if "phone" in person.shares and person.phone:
        ways.append((language.say("Phone: %(number)s", number=HOLE), [person.phone]))
    if "chat_id" in person.shares and person.chat_id:
        ways.append((language.say("Chat: %(name)s", name=HOLE), [person.chat_id]))
    return ways or [(language.say("Waits to hear from you through the organiser: reply to this letter"), [])]
