"""How letters speak of people: by name, organisation, and the ways to be reached that they agreed to share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coffee.mail.markdown import Block, escape, one_line


@dataclass(frozen=True)
class Reader:
    """Somebody a letter is for or about. `shares` names the ways to be reached that others may see."""

    id: int
    name: str
    email: str
    organisation: str = ""
    phone: str = ""
    chat_id: str = ""
    topics: str = ""
    role: str = ""
    shares: frozenset[str] = frozenset({"email", "phone", "chat_id"})

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> "Reader":
        """From a row with these columns (`id` or `person`); a missing value counts as empty, `shares` may be JSON."""
        said = {name: value for name, value in row.items() if isinstance(value, str)}
        shares = json.loads(row["shares"]) if isinstance(row["shares"], str) else row["shares"]
        known = ("name", "email", "organisation", "phone", "chat_id", "topics", "role")
        number = int(row["person"] if "person" in row else row["id"])
        return cls(number, **{name: one_line(said.get(name, "")) for name in known}, shares=frozenset(shares))

    @property
    def called(self) -> str:
        """Their name, or their address when nobody told us a name."""
        return self.name or self.email

    @property
    def with_organisation(self) -> str:
        """Siân Jones (Devon)."""
        return f"{self.called} ({self.organisation})" if self.organisation else self.called


def listed(words: Sequence[str]) -> str:
    """A and B; A, B and C."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def introduced(people: Sequence[Reader]) -> Block:
    """Each person with organisation, role, topics and the ways they agreed to be reached, as Markdown."""
    return Block("\n\n".join(_introduced(person) for person in people))


def _introduced(person: Reader) -> str:
    name = f"**{escape(person.called)}**"
    where = ", ".join(escape(part) for part in (person.role, person.organisation) if part)
    lines = [f"- {way}" for way in _ways(person)]
    lines += [f"- Likes to talk about: {escape(person.topics)}"] if person.topics else []
    return f"{name}{', ' if where else ''}{where}\n\n" + "\n".join(lines)


def _ways(person: Reader) -> list[str]:
    ways = []
    if "email" in person.shares:
        ways.append(f"Email: [{escape(person.email)}](<{escape('mailto:' + person.email)}>)")
    if "phone" in person.shares and person.phone:
        ways.append(f"Phone: {escape(person.phone)}")
    if "chat_id" in person.shares and person.chat_id:
        ways.append(f"Chat: {escape(person.chat_id)}")
    return ways or ["Waits to hear from you through the organiser: reply to this letter"]
