"""Reasons why people are left out of a draw, in words for the organiser: "Ann Lee is paused"."""

from datetime import date

from sqlite_utils import Database

from coffee.rounds.pool import Rules
from coffee.scheme import opt_outs, people

STATUS = {"paused": "is paused", "left": "has left", "unconfirmed": "has not confirmed their address"}


def absences(db: Database, today: date) -> dict[int, str]:
    """Return, by id, why each person would not be drawn today. Erased people are left out."""
    skipping, rules = opt_outs.skipping(db, opt_outs.next_number(db)), Rules.read(db)
    reasons: dict[int, str] = {}
    for person in people.everyone(db, today).to_dict("records"):
        if person["status"] != "active":
            reasons[person["id"]] = STATUS[person["status"]]
        elif person["unsubscribed_at"]:
            reasons[person["id"]] = "wants no letters"
        elif person["id"] in skipping:
            reasons[person["id"]] = "skips this round"
        elif person["cannot_reach"] and rules.reachable_only:
            reasons[person["id"]] = f"cannot be reached by letter ({person['cannot_reach'].rstrip('.')})"
    return reasons


def can_be_drawn(db: Database, today: date) -> int:
    """Count the people that a draw made today would have."""
    return len(people.everyone(db, today)) - len(absences(db, today))
