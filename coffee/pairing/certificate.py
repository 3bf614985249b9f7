"""The certificate in plain sentences, for somebody who has never heard of matchings.

Each reason for an unavoidable flaw becomes one sentence. It names people and organisations where the caller knows their
names, and counts them where not. A draw without flaws has a sentence too. When a draw is not proven to be best, the
last sentence says how many flaws more it has than are known to be needed.
"""

from collections.abc import Mapping, Sequence

from coffee.pairing.model import Pairing, Reason, listed

Labels = Mapping[int, str] | Sequence[str]
MANY = 6

FLAWS = {
    "repeats": ("repeat", "repeats"),
    "same_silo": ("pair within one organisation", "pairs within one organisation"),
}


def sentence(reason: Reason, silos: Labels | None = None, names: Sequence[str] | None = None) -> str:
    """One plain sentence for a reason: `silos` names silos by label, `names` people by position."""
    flaw = _counted(reason)
    cannot = f"{flaw} cannot be avoided"
    match reason.kind:
        case "large silo":
            silo = silos[reason.silo] if silos is not None else f"organisation {reason.silo}"
            pairs = f"{reason.count} pair{'s' * (reason.count > 1)} within {silo}"
            return f"{reason.size} of {reason.of} people are from {silo}, so {pairs} cannot be avoided."
        case "together":
            return f"{_who(reason.people, names)} are put together, which makes {flaw}."
        case "met everyone":
            have = "has" if len(reason.people) == 1 else "have"
            return f"{_who(reason.people, names)} {have} met everybody they may meet, so {cannot}."
        case "too few new":
            return f"{_too_few(reason, names)}, so {cannot}."
        case "trio":
            return f"The number is odd, and every possible trio has a repeat, so {cannot}."
        case "other tier":
            price = FLAWS["repeats" if reason.tier == "same_silo" else "same_silo"][1]
            return f"Keeping {price} to the fewest makes {flaw} necessary."
        case _:
            return f"No draw has fewer than {flaw}. That is worked out exactly."


def sentences(drawn: Pairing, silos: Labels | None = None, names: Sequence[str] | None = None) -> list[str]:
    """The whole certificate: what is flawed, why that is so, and whether it is sure."""
    found = []
    if not drawn.repeats and not drawn.same_silo:
        found.append("Everybody meets somebody new, from another organisation.")
    found += [sentence(reason, silos, names) for reason in drawn.reasons]
    if not drawn.proven:
        over = [
            f"{count - least} more {FLAWS[tier][count - least > 1]}"
            for tier, count, least in (
                ("repeats", drawn.repeats, drawn.repeats_unavoidable),
                ("same_silo", drawn.same_silo, drawn.same_silo_unavoidable),
            )
            if count > least
        ]
        found.append(f"This draw has {' and '.join(over)} than is known to be needed. Another draw may do better.")
    return found


def _counted(reason: Reason) -> str:
    one, more = FLAWS[reason.tier]
    return f"{reason.count} {one if reason.count == 1 else more}"


def _who(people: Sequence[int], names: Sequence[str] | None) -> str:
    return listed([names[p] if names is not None else f"person {p + 1}" for p in people], MANY)


def _too_few(reason: Reason, names: Sequence[str] | None) -> str:
    """Explain that these people have too few left whom they have not met."""
    who = _who(reason.people, names)
    if not reason.others:
        return f"{who} have new people left only in small circles with an odd number of people"
    return f"{who} have almost nobody new left: outside small circles only {_who(reason.others, names)}"
