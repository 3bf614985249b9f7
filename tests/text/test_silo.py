"""The scheme's own word for a silo."""

import pytest

from coffee.text.silo import Silo


@pytest.mark.parametrize(
    ("one", "many", "a"),
    [
        ("organisation", "organisations", "an organisation"),
        ("team", "teams", "a team"),
        ("agency", "agencies", "an agency"),
        ("survey day", "survey days", "a survey day"),
        ("branch", "branches", "a branch"),
        ("business unit", "business units", "a business unit"),
        ("university", "universities", "a university"),
        ("umbrella body", "umbrella bodies", "an umbrella body"),
    ],
)
def test_a_word_has_its_plural_and_its_article(one: str, many: str, a: str) -> None:
    """Whatever the organiser calls a silo, sentences keep their grammar."""
    silo = Silo(one)
    assert (silo.many, silo.a) == (many, a)
    assert silo.count(1) == f"1 {one}"
    assert silo.count(1200) == f"1,200 {many}"


def test_a_title_keeps_the_case_of_what_follows() -> None:
    """Only the first letter becomes a capital."""
    assert Silo("NHS trust").titles == "NHS trusts"
    assert Silo("team").title == "Team"
