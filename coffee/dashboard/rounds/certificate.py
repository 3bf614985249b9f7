"""Why some flaws of a draft could not be avoided, in sentences an organiser can pass on."""

from typing import Any

from coffee.dashboard.rounds.round_view import Look
from coffee.pairing import Reason, sentence


def reasons(look: Look) -> list[str]:
    """One sentence for each reason in the draw's certificate."""
    return [_said(reason, look) for reason in look.round.certificate.get("reasons", [])]


def _said(reason: dict[str, Any], look: Look) -> str:
    """The certificate holds ids; a Reason holds positions, here into the list of the names it needs."""
    ids = [*reason["people"], *reason["others"]]
    people = tuple(range(len(reason["people"])))
    others = tuple(range(len(people), len(ids)))
    plain = {name: reason[name] for name in ("tier", "kind", "count", "size", "of")}
    said = Reason(**plain, silo=0, people=people, others=others)
    return sentence(said, [reason["silo"]], [look.name(person) for person in ids])
