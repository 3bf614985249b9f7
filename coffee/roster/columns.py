"""The meaning of each column: the best assignment of columns to fields by wording and content, with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import rustworkx as rx

from coffee.roster.content import LOOKED_AT, Content, content_of
from coffee.roster.errors import RosterError
from coffee.roster.fields import EXPORTED, TO_MEND, Field
from coffee.roster.sensitive import sensitive
from coffee.roster.wording import is_question, plain, ranked

_BY_WORDING, _PER_RANK, _SILO = 100, 12, 160  # points: for a header's best wording, less for each worse one
_MOST = 0.5  # of a column's filled cells
NEARLY_ALL = 0.8
_ALTERNATIVES: tuple[Field, ...] = ("email", "phone")  # the first that is filled counts: work and personal email
_OWN = {TO_MEND, *EXPORTED}
_FILE_STATUS = ("", "active", "paused", "left", "unconfirmed")
# Points that content adds to wording, and the share from which content alone is enough.
_EVIDENCE: Mapping[Field, tuple[str, int, float]] = {
    "email": ("addresses", 60, 0.5), "phone": ("digits", 40, 2), "name": ("people", 30, 0.7),
    "organisation": ("organisations", 35, 0.6),
}  # fmt: skip
_NEVER: Mapping[Field, tuple[str, ...]] = {
    "name": ("whole_addresses", "answers", "numbers", "dates", "json"),
    "first_name": ("whole_addresses", "answers", "numbers", "dates", "json"),
    "last_name": ("whole_addresses", "answers", "numbers", "dates", "json"),
    "organisation": ("whole_addresses", "answers", "numbers", "dates", "json"),
    "phone": ("whole_addresses", "answers", "dates", "json"), "chat_id": ("answers", "json"),
    "role": ("whole_addresses", "answers", "dates", "json"), "topics": ("whole_addresses", "dates"),
    "language": ("whole_addresses",),
}  # fmt: skip
_CELLS = {
    "addresses": "hold an address", "digits": "hold a number", "people": "look like a person's name",
    "organisations": "look like an organisation", "comma_names": "are written as “Lee, Ann”",
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A field for every column, with the reasons of those that are used.

    `sensitive` says by column what is left out because it is sensitive. `surname_first` says that nearly every name is
    written as "Lee, Ann".
    """

    fields: dict[int, Field]
    because: dict[int, str] = field(default_factory=dict)
    sensitive: dict[int, str] = field(default_factory=dict)
    surname_first: bool = False

    @property
    def keeping_all(self) -> dict[int, Field]:
        """The same fields with every column kept that is left out and not sensitive."""
        return {
            i: "extra" if found == "ignore" and i not in self.sensitive else found for i, found in self.fields.items()
        }


@dataclass(frozen=True)
class _Column:
    header: str
    content: Content
    named: tuple[Field, int] | None
    has_rows: bool

    def points(self, wanted: Field, others: Sequence["_Column"]) -> int:
        """Score this column as the one that holds a field; 0 when it cannot be."""
        if self.has_rows and not self.content.filled:
            return 0
        if any(getattr(self.content, share) > _MOST for share in _NEVER.get(wanted, ())):
            return 0
        if wanted in ("phone", "chat_id") and is_question(self.header) and not self.content.digits > _MOST:
            return 0
        if wanted == "email" and not self.content.addresses and any(other.content.addresses for other in others):
            return 0
        evidence, most, enough = _EVIDENCE.get(wanted, ("filled", 0, 2))
        share: float = getattr(self.content, evidence)
        if self.named and self.named[0] == wanted:
            return max(_BY_WORDING - _PER_RANK * self.named[1], _PER_RANK) + round(most * share)
        is_free = self.named is None or (wanted == "email" and self.named[0] not in ("extra", "ignore"))
        if is_free and share >= enough and (wanted != "name" or self.content.distinct > _MOST):
            return round(most * share)
        return 0


def propose(headers: Sequence[str], rows: Sequence[Sequence[str]], silo: str = "organisation") -> Proposal:
    """Propose a field for every column: each field goes to the column that fits best, the others are left out.

    Weighs the wording of headers and the content of cells, and takes the best assignment as a whole. Alternatives to
    an email or phone column that has gaps, and all chat IDs, are used as well. `silo` is the scheme's word for an
    organisation: a column with exactly that header wins.
    """
    if EXPORTED.keys() <= set(headers):
        own = {i: EXPORTED.get(header, "ignore" if header == TO_MEND else "extra") for i, header in enumerate(headers)}
        return Proposal(own, dict.fromkeys(own, "this is an export of ours"))
    looked_at = rows[:LOOKED_AT]
    cells = [[row[i] for row in looked_at] for i in range(len(headers))]
    columns = [
        _Column(header, content_of(cells[i]), _named(header, silo), bool(rows)) for i, header in enumerate(headers)
    ]
    columns = [_without_foreign_status(column, [row[i] for row in rows]) for i, column in enumerate(columns)]
    secret = {i: called for i, header in enumerate(headers) if (called := sensitive(header, cells[i]))}
    fields = _joined_names(_assigned(columns, secret), columns)
    fields |= _alternatives(columns, fields, cells)
    proposed: dict[int, Field] = {i: fields.get(i, "ignore") for i in range(len(headers))}
    turned = [i for i, found in fields.items() if found == "name" and columns[i].content.comma_names >= NEARLY_ALL]
    because = {i: _because(columns[i], found) for i, found in fields.items()}
    return Proposal(proposed, because, {i: called for i, called in secret.items() if i not in fields}, bool(turned))


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]], silo: str = "organisation") -> dict[int, Field]:
    """Return the proposed field of every column."""
    return propose(headers, rows, silo).fields


def _named(header: str, silo: str) -> tuple[Field, int] | None:
    if plain(header) == plain(silo):
        return "organisation", -(_SILO - _BY_WORDING) // _PER_RANK
    return ranked(header)


def _without_foreign_status(column: _Column, cells: Sequence[str]) -> _Column:
    """Other systems' words for a status mean nothing here."""
    is_ours = column.named is None or column.named[0] != "status" or all(map(is_status, cells))
    return column if is_ours else replace(column, named=("ignore", 0))


def _assigned(columns: Sequence[_Column], secret: Mapping[int, str]) -> dict[int, Field]:
    """Return the assignment of columns to fields with the most points; equals go to the left."""
    wanted = sorted({column.named[0] for column in columns if column.named} - {"extra", "ignore", "chat_id"})
    fields: list[Field] = sorted({*wanted, *_EVIDENCE})
    graph: rx.PyGraph[int | Field, int] = rx.PyGraph()
    places = graph.add_nodes_from([*range(len(columns)), *fields])
    for i, column in enumerate(columns):
        for place, wanted_field in zip(places[len(columns) :], fields, strict=True):
            points = 0 if i in secret else column.points(wanted_field, columns)
            if points:
                graph.add_edge(i, place, points * len(columns) ** 2 * 2 - i)
    pairs = rx.max_weight_matching(graph, weight_fn=int)
    found = {min(pair): fields[max(pair) - len(columns)] for pair in pairs}
    chats = [i for i, column in enumerate(columns) if column.named and column.named[0] == "chat_id"]
    return {i: found[i] for i in sorted(found)} | {
        i: "chat_id" for i in chats if i not in found and columns[i].points("chat_id", columns)
    }


def _joined_names(fields: dict[int, Field], columns: Sequence[_Column]) -> dict[int, Field]:
    """Decide between a full name, and a first and a last name; a "name" beside a surname is the first name.

    A full name under a vaguer header, such as "Contact name", is somebody else's beside a first and a last name.
    """
    place = {found: i for i, found in fields.items()}
    full, first, last = place.get("name"), place.get("first_name"), place.get("last_name")
    is_plain = full is not None and columns[full].named == ("name", 0)
    if full is None:
        only = {i: found for i, found in ((first, "name"), (last, "name")) if i is not None}
        return fields if first is not None and last is not None else {**fields, **dict.fromkeys(only, "name")}
    if first is not None and last is not None:
        return _without(fields, (first, last) if is_plain else (full,))
    if last is not None and is_plain:
        return {**fields, full: "first_name"}
    return _without(fields, (first, last))


def _without(fields: dict[int, Field], columns: Sequence[int | None]) -> dict[int, Field]:
    return {i: found for i, found in fields.items() if i not in columns}


def _alternatives(
    columns: Sequence[_Column], fields: Mapping[int, Field], cells: Sequence[Sequence[str]]
) -> dict[int, Field]:
    """Return further columns for the email and the phone, where the best one has gaps that they fill."""
    more: dict[int, Field] = {}
    for wanted in _ALTERNATIVES:
        best = next((i for i, found in fields.items() if found == wanted), None)
        for i, column in enumerate(columns) if best is not None else ():
            is_named = column.named is not None and column.named[0] == wanted
            if i not in fields and is_named and column.points(wanted, columns):
                gaps = zip(cells[best or 0], cells[i], strict=True)
                more |= {i: wanted} if any(other.strip() and not text.strip() for text, other in gaps) else {}
    return more


def _because(column: _Column, found: Field) -> str:
    """Return the reason why a column holds a field, to follow "because"."""
    evidence = "comma_names" if column.content.comma_names >= NEARLY_ALL else _EVIDENCE.get(found, ("", 0, 0))[0]
    share = getattr(column.content, evidence, 0.0)
    cells = f"{share:.0%} of its cells {_CELLS[evidence]}" if evidence in _CELLS and share else ""
    wording = "its header says so" if column.named and column.named[0] == found else ""
    return " and ".join(filter(None, (wording, cells))) or "it fits best"


def is_status(text: str) -> bool:
    """Return whether a cell is empty or holds one of our own words for a person's status."""
    return text.strip().casefold() in _FILE_STATUS


def columns_of(mapping: Mapping[int, Field], field: Field) -> list[int]:
    """Return the columns that hold `field`, from left to right."""
    return [i for i in sorted(mapping) if mapping[i] == field]


def in_order(mapping: Mapping[int, Field], wanted: Field, headers: Sequence[str]) -> list[int]:
    """Return the columns that hold `wanted`, the one with the best header first."""

    def rank(i: int) -> int:
        hit = ranked(headers[i])
        return hit[1] if hit and hit[0] == wanted else len(headers)

    return sorted(columns_of(mapping, wanted), key=lambda i: (rank(i), i))


def with_choices(
    headers: Sequence[str], proposed: Mapping[int, Field], chosen: Mapping[str, Field]
) -> dict[int, Field]:
    """Return the fields with some chosen by header; a chosen column is then the only one of its field.

    Raises RosterError for a header that the file does not have.
    """
    places = {plain(header): i for i, header in reversed(list(enumerate(headers)))}
    places |= {header.casefold(): i for i, header in reversed(list(enumerate(headers)))}
    missing = [header for header in chosen if not {header.casefold(), plain(header)} & places.keys()]
    if missing:
        raise RosterError(
            f"There is no column called {' or '.join(f'“{header}”' for header in missing)}. The file has "
            f"{', '.join(f'“{header}”' for header in headers)}."
        )
    own = {places.get(header.casefold(), places.get(plain(header), -1)): wanted for header, wanted in chosen.items()}
    taken = set(own.values()) - {"extra", "ignore", "chat_id"}
    return {i: own.get(i, "ignore" if found in taken else found) for i, found in proposed.items()}


def left_out(headers: Sequence[str], mapping: Mapping[int, Field], proposal: Proposal) -> list[str]:
    """Return sentences on columns that are not read, the sensitive ones by what they hold."""
    unread = [i for i, found in mapping.items() if found == "ignore" and headers[i] not in _OWN]
    secret = list(dict.fromkeys(proposal.sensitive[i] for i in unread if i in proposal.sensitive))
    others = [headers[i] for i in unread if i not in proposal.sensitive]
    sentences = [f"Left out because a trial has no use for them: {', '.join(secret)}."] if secret else []
    return sentences + ([f"Other columns left out: {', '.join(others)}."] if others else [])
