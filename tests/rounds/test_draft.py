"""Tweaks of a draft, as laws: whatever is done in whatever order, nobody is in two places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.rounds.draft import Draft, Match, TweakError

PEOPLE = range(1, 12)
DRAFT = Draft((*(Match((p, p + 1)) for p in range(1, 9, 2)), Match((9, 10, 11))), seed=7)
TWEAKS = st.lists(
    st.tuples(
        st.sampled_from(["swap", "lock", "unlock", "break_up", "leave_out", "bring_back", "put_together", "join"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
    ),
    max_size=12,
)


def apply(draft: Draft, name: str, one: int, other: int) -> Draft:
    if name in ("swap", "put_together"):
        return draft.swap(one, other) if name == "swap" else draft.put_together(one, other)
    if name in ("leave_out", "bring_back"):
        return draft.leave_out(one) if name == "leave_out" else draft.bring_back(one)
    if name == "join":
        return draft.join(one, draft.of(other)) if one in draft.waiting(PEOPLE) else draft
    return draft.break_up(draft.of(one)) if name == "break_up" else draft.lock(draft.of(one), name == "lock")


@given(TWEAKS)
def test_nobody_is_lost_or_in_two_places(tweaks: list[tuple[str, int, int]]) -> None:
    """Whatever is done, everybody is in exactly one match, or waits, or is left out; matches hold two or three."""
    draft = DRAFT
    for tweak in tweaks:
        try:
            draft = apply(draft, *tweak)
        except TweakError:
            continue
        seated = [person for match in draft.matches for person in match.people]
        assert sorted([*seated, *draft.waiting(PEOPLE), *draft.left_out]) == list(PEOPLE)
        assert all(len(match.people) in (2, 3) for match in draft.matches)


def test_swapping_back_restores_the_draft() -> None:
    """A swap done twice is no swap."""
    assert DRAFT.swap(1, 3).swap(1, 3) == DRAFT


def test_a_swap_exchanges_two_people_and_nothing_else() -> None:
    """The others keep their places."""
    assert [m.people for m in DRAFT.swap(1, 4).matches] == [(4, 2), (3, 1), (5, 6), (7, 8), (9, 10, 11)]


def test_people_put_together_take_a_locked_match_and_those_they_leave_meet_each_other() -> None:
    """1 and 3 meet, so their partners 2 and 4 meet."""
    draft = DRAFT.put_together(1, 3)
    assert Match((1, 3), locked=True) in draft.matches
    assert Match((2, 4)) in draft.matches


def test_leaving_one_of_a_trio_out_makes_a_pair() -> None:
    """The other two stay together; of a pair, the partner waits."""
    assert Match((9, 11)) in DRAFT.leave_out(10).matches
    assert DRAFT.leave_out(1).waiting(PEOPLE) == [2]


@pytest.mark.parametrize(
    "tweak", [lambda d: d.swap(1, 3), lambda d: d.put_together(1, 3), lambda d: d.join(12, d.of(1))]
)
def test_a_locked_match_is_not_taken_apart_by_the_way(tweak: object) -> None:
    """Swaps and wishes that would change a locked match are refused with a sentence."""
    with pytest.raises(TweakError, match="Unlock"):
        tweak(DRAFT.lock(DRAFT.of(1)))  # type: ignore[operator]
