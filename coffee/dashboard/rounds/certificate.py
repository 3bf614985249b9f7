"""Sentences that explain the unavoidable flaws of a draft, for an organiser to pass on."""

from typing import Any

from coffee.dashboard.rounds.round_view import RoundView
from coffee.pairing import Reason, sentence


def reasons(view: RoundView) -> list[str]:
    """Return one sentence for each reason in the draw's certificate."""
    return [_sentence(reason, view) for reason in view.round.certificate.get("reasons", [])]


def _sentence(reason: dict[str, Any], view: RoundView) -> str:
    """Return a reason as a sentence. The certificate has ids, a Reason positions in its list of names."""
    ids = [*reason["people"], *reason["others"]]
    people = tuple(range(len(reason["people"])))
    others = tuple(range(len(people), len(ids)))
    plain = {name: reason[name] for name in ("tier", "kind", "count", "size", "of")}
    found = Reason(**plain, silo=0, people=people, others=others)
    return sentence(found, [reason["silo"]], [view.name(person) for person in ids])
