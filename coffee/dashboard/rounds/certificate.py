"""Sentences that explain the unavoidable flaws of a draft, for an organiser to pass on."""

from typing import Any

from coffee.dashboard.rounds.round_view import Look
from coffee.pairing import Reason, sentence


def reasons(look: Look) -> list[str]:
    """Return one sentence for each reason in the draw's certificate."""
    return [_said(reason, look) for reason in look.round.certificate.get("reasons", [])]


def _said(reason: dict[str, Any], look: Look) -> str:
    """Return a reason as a sentence. The certificate has ids, a Reason positions in its list of names."""
    ids = [*reason["people"], *reason["others"]]
    people = tuple(range(len(reason["people"])))
    others = tuple(range(len(people), len(ids)))
    plain = {name: reason[name] for name in ("tier", "kind", "count", "size", "of")}
    said = Reason(**plain, silo=0, people=people, others=others)
    return sentence(said, [reason["silo"]], [look.name(person) for person in ids])
