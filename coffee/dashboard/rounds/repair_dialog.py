"""The dialog that lets people leave or join a published round, with a preview of the changes."""

from collections.abc import Collection

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import frame
from coffee.dashboard.emails.dry_run import read_first
from coffee.dashboard.emails.status import letters
from coffee.dashboard.rounds.round_view import RoundView
from coffee.mail.post.errors import MailError
from coffee.rounds import repair
from coffee.rounds.drawing import RoundError
from coffee.rounds.repair import Proposal
from coffee.scheme import SchemeError


@st.dialog("Change who takes part", icon=":material/person_alert:", width="large")
def change_people(view: RoundView, cannot: Collection[int], late: Collection[int] = ()) -> None:
    """Ask who leaves and who joins, show the smallest change that does it, and make it."""
    with frame.scheme().reading() as db:
        seated, others = repair.candidates(db, view.round.id, frame.now())
    names = view.labels()
    leaving = _people("Withdraw from this round", seated, names, cannot)
    joining = _people("Join this round late", others, names, late)
    if not leaving and not joining:
        st.caption("Choose somebody, and you see what would change.")
        st.caption("People who are known to have met, or not to have met, are not listed. Their match stays as it is.")
        return
    try:
        proposal = repair.propose(frame.scheme(), view.round.id, leaving, joining, frame.now())
        with frame.scheme().reading() as db:
            sender = office(db, frame.environment())
        batch = repair.to_tell(frame.scheme(), proposal, sender, frame.now())
    except (RoundError, MailError, SchemeError) as error:
        st.warning(frame.plain(str(error)))
        return
    _before_and_after(view, proposal, names)
    if leaving:
        st.caption("People who withdraw get no letter about it.")
    if st.toggle("Read the letters first"):
        read_first(batch, f"rematch-{view.round.id}")
    if st.button(f"Change the round and queue {letters(len(batch))}", type="primary", icon=":material/send:"):
        frame.act(
            lambda: repair.apply(frame.scheme(), proposal, sender, frame.now()),
            f"Round {view.round.number} is changed; {letters(len(batch))} will go out.",
        )


def _people(label: str, ids: Collection[int], names: dict[int, str], chosen: Collection[int]) -> list[int]:
    ordered = sorted(ids, key=lambda person: names.get(person, "").casefold())
    default = [person for person in chosen if person in ids]
    return st.multiselect(
        label, ordered, default, format_func=lambda person: names.get(person, "Somebody erased"),
        filter_mode="contains", select_all=False,
    )  # fmt: skip


def _before_and_after(view: RoundView, proposal: Proposal, names: dict[int, str]) -> None:
    before, after = st.columns(2)
    old = [summary.people for summary in view.summaries if summary.match in proposal.dissolved]
    for column, title, matches in ((before, "Now", old), (after, "Then", proposal.made)):
        column.markdown(f"**{title}**")
        for match in matches:
            column.markdown("- " + "; ".join(frame.plain(names[person]) for person in match))
    flaws = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((proposal.repeats, "repeat"), (proposal.same_silo, "pair within one organisation"))
        if count
    ]
    if flaws:
        st.caption(f"This cannot be done without {' and '.join(flaws)}.")
