"""The data of the Rounds page: the list of rounds and the round that is shown."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.insight.figures import Outcomes
from coffee.people.service import let_in
from coffee.place import today
from coffee.rounds import life
from coffee.rounds.absence import absences
from coffee.rounds.draft import Draft
from coffee.rounds.drawing import RoundError
from coffee.rounds.match_summary import MatchSummary, summaries
from coffee.rounds.pool import Pool, gather
from coffee.scheme import opt_outs, room
from coffee.scheme import rounds as stored
from coffee.scheme.room import Doubt
from coffee.scheme.rounds import Round

FAR = 24  # rounds that nobody plans for yet


@dataclass(frozen=True, eq=False)
class RoundView:
    """A round with all that its page shows. Shared between reruns: never change it."""

    round: Round
    draft: Draft
    pool: Pool
    summaries: tuple[MatchSummary, ...]
    last_tweak: str | None
    cannot: tuple[int, ...]
    unreached: frozenset[int] = frozenset()
    left_over: tuple[tuple[str, str, str], ...] = ()

    @property
    def flawed(self) -> list[MatchSummary]:
        """Matches that are not new, or not across organisations."""
        return [summary for summary in self.summaries if summary.flaws]

    @cached_property
    def ahead(self) -> str | None:
        """The rounds left without a repeat as a sentence, or None if they are many or unknown."""
        left = self.pool.rounds_left()
        elsewhere = "" if self.pool.rules.silos_free else " from another organisation"
        if not left.most:
            return f"Not everybody can meet somebody new{elsewhere} any more."
        if left.rounds >= FAR or (not left.rounds and left.most > FAR):
            return None
        count = left.rounds or left.most
        about = "" if left.exact else "At least " if left.rounds else "At most "
        return (
            f"{about}{count} round{' is' if count == 1 else 's are'} left in which everybody meets somebody "
            f"new{elsewhere}, this one included."
        )

    def waiting(self, draft: Draft | None = None) -> list[int]:
        """Active people who have no match in this draft, or another of this round, and are not left out."""
        return (draft or self.draft).waiting(self._active)

    @cached_property
    def _active(self) -> list[int]:
        return sorted(self.pool.active())

    def name(self, person: int) -> str:
        """Return a person's name."""
        return str(self.names().get(person, "Somebody who was erased"))

    def names(self) -> dict[int, str]:
        """Names by id, of everybody who may be drawn or is in this round."""
        seated = {seat.person: seat.name for summary in self.summaries for seat in summary.seats}
        return dict(zip(self.pool.people["id"].tolist(), self.pool.people["name"].tolist(), strict=True)) | seated

    def labels(self) -> dict[int, str]:
        """Names with organisations by id, of the same people: two of them may have one name."""
        seated = {
            seat.person: f"{seat.name}, {seat.organisation}" for summary in self.summaries for seat in summary.seats
        }
        people = self.pool.people
        return dict(zip(people["id"].tolist(), people["name"] + ", " + people["organisation"], strict=True)) | seated

    def sentence(self) -> str:
        """The state of this round in a sentence."""
        number, total = self.round.number, len(self.summaries)
        if self.round.state == "draft":
            return f"Round {number} is a draft of {_matches(total)}. {self._fit()}"
        state = "is out" if self.round.state == "published" else "is closed"
        return f"Round {number} {state}: {self.outcomes.words()}."

    @property
    def outcomes(self) -> Outcomes:
        """The outcomes of its matches."""
        return Outcomes.of(summary.met for summary in self.summaries)

    def _fit(self) -> str:
        fine, flawed, waiting = len(self.summaries) - len(self.flawed), len(self.flawed), len(self.waiting())
        alone = f" {waiting:,} {'person has' if waiting == 1 else 'people have'} no match yet." if waiting else ""
        if not flawed:
            return f"Each is new and across organisations.{alone}"
        need = "needs" if flawed == 1 else "need"  # a flaw may be that somebody has left
        return f"{fine:,} {_are(fine)} new and across organisations; {flawed:,} {need} a look.{alone}"


@st.cache_resource(max_entries=20, show_spinner=False)
def numbers(fingerprint: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Return every round as (number, id, state), newest first."""
    del fingerprint
    with frame.scheme().reading() as db:
        table = stored.rounds(db)
    return list(zip(table["number"].tolist(), table["id"].tolist(), table["state"].tolist(), strict=True))[::-1]


@st.cache_resource(max_entries=20, show_spinner=False)
def read(fingerprint: tuple[str, ...], round_id: int, day: date) -> RoundView:
    """Return a round with all that its page shows."""
    del fingerprint
    with frame.scheme().reading() as db:
        found, seats = stored.get(db, round_id), stored.seats(db, round_id)
        draft = life.draft(db, round_id)
        pool = gather(db, day, also=draft.matched() if found.state == "draft" else ())
        away = absences(db, day)
        tweak = stored.last_tweak(db, round_id)
        cannot, unreached = opt_outs.strand(db, round_id), {person for _, person in opt_outs.unreached(db, round_id)}
        left_over = stored.left_over(db, round_id)
    active = pool.active()
    absent = {person: away.get(person, "was erased") for person in draft.matched() - active}
    seen = summaries(seats, pool.met, pool.apart, absent if found.state == "draft" else {}, found.number)
    return RoundView(
        found,
        draft,
        pool,
        tuple(seen),
        tweak[1] if tweak else None,
        tuple(cannot),
        frozenset(unreached),
        tuple(left_over),
    )


def choose(known: list[tuple[int, int, str]]) -> int:
    """Let the organiser choose a round; returns its id. The newest is chosen until they do."""
    ids = {number: round_id for number, round_id, _ in known}
    if len(known) == 1:
        return known[0][1]
    return ids[controls.one(st.selectbox, "Round", list(ids), "round", known[0][0], width=220)]


def offer_room(known: list[tuple[int, int, str]]) -> bool:
    """The button that draws those in the room, unless a draft waits; whether it is the next thing to do.

    Once some of them are matched, the next thing is to match who came late with the others.
    """
    if _waits(known):
        return False
    with frame.scheme().reading() as db:
        arrived, drawn = room.arrived(db, frame.now()), room.drawn(db)
        here = room.drawable(db, frame.now(), today(db, frame.now()))
    first = bool(here) and not here & drawn
    if here and controls.keyed(
        st.button, f"Draw those in the room ({len(here)})", name="room", type="primary" if first else "secondary",
        icon=":material/present_to_all:",
    ):  # fmt: skip
        _draw(_next(known), here)
    if idle := len(arrived - here):
        st.caption(
            f"In the room and not drawn: {idle}. They left, paused, skip this round or stopped their letters, and can "
            "take part again on their own page."
        )
    return first


def offer_to_let_in() -> None:
    """Show people who gave a name in the room that differs from ours, each with a button to let them in."""
    with frame.scheme().reading() as db:
        doubted = room.doubted(db, frame.now())
    for doubt in doubted:
        _offer_to_let_in(doubt)


def _offer_to_let_in(doubt: Doubt) -> None:
    said, name, organisation = map(frame.plain, (doubt.said, doubt.name, doubt.organisation))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{said} gave the address of {name}, {organisation}. Let them in if they are here.", width="stretch"
        )
        if controls.keyed(st.button, f"Let in {name}", name=f"let in {doubt.person_id}", icon=":material/person_add:"):
            frame.act(lambda: let_in(frame.scheme(), doubt.person_id, frame.now()), f"{doubt.name} is in the room.")


def offer_new_round(known: list[tuple[int, int, str]], active: int, *, primary: bool) -> None:
    """Show the button that draws a new round, unless a draft waits."""
    if _waits(known):
        return
    number = _next(known)
    if st.button(
        f"Generate round {number}", type="primary" if primary else "secondary", icon=":material/shuffle:",
        disabled=active < 2,
    ):  # fmt: skip
        _draw(number, None)
    if active < 2:
        st.caption("A round needs at least two active people.")


def _waits(known: list[tuple[int, int, str]]) -> bool:
    return bool(known) and known[0][2] == "draft"


def _next(known: list[tuple[int, int, str]]) -> int:
    return known[0][0] + 1 if known else 1


def _draw(number: int, only: frozenset[int] | None) -> None:
    with st.spinner(frame.DRAWING):
        frame.act(lambda: draw(number, only), f"Round {number} is drawn. It is a draft.")


def draw(number: int, only: frozenset[int] | None = None) -> None:
    """Draw round `number`, of everybody or of these, and let Rounds show it from its top.

    Raises RoundError when there is such a round by now.
    """
    if number != _next(numbers(frame.fingerprint())):
        raise RoundError(
            f"Round {number} was drawn meanwhile, by somebody else or by the calendar. Nothing was drawn now."
        )
    life.generate(frame.scheme(), frame.now(), only=only)
    controls.turn("rounds", "round", number)
    frame.from_top()


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _matches(count: int) -> str:
    return f"{count:,} match" if count == 1 else f"{count:,} matches"
