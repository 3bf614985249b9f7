"""The next step that the overview suggests."""

import pytest

from coffee.dashboard.overview.next_step import Situation, next_step


@pytest.mark.parametrize(
    ("situation", "page", "words"),
    [
        (Situation(people=1, active=1), "people", "at least two"),
        (Situation(people=9, active=9, organisations=3), "rounds", "9 of 9 people can be drawn"),
        (Situation(9, 9, 3, 1, "draft", 4), "rounds", "Round 1 is a draft of 4 matches"),
        (Situation(9, 9, 3, 1, "published", 4, 3, 1), "rounds", "3 of 4 matches met (75\u00a0%), and 1 did not."),
        (Situation(9, 9, 3, 1, "published", 4, letters_waiting=8), "emails", "8 letters are on their way"),
        (Situation(9, 9, 3, 2, "closed", 4, 4), "rounds", "Round 2 is closed"),
        (Situation(9, 9, 3, 1, "draft", 4, letters_to_settle=1), "emails", "1 letter needs your decision"),
        (
            Situation(9, 9, 3, 4, "draft", 4, cannot=2, cannot_in=3),
            "rounds",
            "2 people cannot meet in round 3. Find their",
        ),
        (Situation(9, 9, 3, 3, "published", 4, cannot=1, cannot_in=3), "rounds", "1 person cannot meet in round 3."),
        (Situation(9, 9, 3, 3, "published", 4, letters_to_settle=1, cannot=1, cannot_in=3), "emails", "1 letter"),
    ],
)
def test_the_next_thing_to_do(situation: Situation, page: str, words: str) -> None:
    """Each state of a scheme has one next page and a sentence with its numbers."""
    step = next_step(situation)
    assert step.page == page
    assert words in step.sentence
