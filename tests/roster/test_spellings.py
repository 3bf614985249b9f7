"""Organisations that are one, and those that only look alike."""

from itertools import combinations
from pathlib import Path

import pytest

from coffee.roster.spellings import near_duplicates

PUBLIC_BODIES = (Path(__file__).parent / "public_bodies.txt").read_text().splitlines()
ONE = [
    [
        "Devon CC",
        "Devon County Council",
        "devon county council",
        "DEVON COUNTY COUNCIL",
        "Devon",
        "Devon Countyy Council",
    ],
    ["London Borough of Camden", "Camden Council", "LB Camden", "Camden"],
    ["City of Westminster", "Westminster City Council", "Wesminster City Council"],
    ["Oxford Health NHS FT", "Oxford Health NHS Foundation Trust", "Oxford Health N.H.S. Trust", "oxford health nhs"],
    ["Kensington & Chelsea", "Royal Borough of Kensington and Chelsea"],
    ["Guy's and St Thomas' NHS Trust", "Guys & St Thomas NHS Trust"],
    ["Cyngor Môn", "Cyngor Mon"],
    ["Department for Education", "Dept. for Education"],
]


@pytest.mark.parametrize("names", ONE, ids=lambda names: names[0])
def test_spellings_of_one_organisation_are_found(names: list[str]) -> None:
    """All spellings come as one group, whatever else is in the scheme."""
    people = dict.fromkeys([*names, "Environment Agency", "Kent County Council"], 1)
    assert [set(group.names) for group in near_duplicates(people)] == [set(names)]


def test_real_bodies_are_never_taken_for_each_other() -> None:
    """Nearly 500 councils, NHS trusts and others by their real names: not one suggestion."""
    assert len(set(PUBLIC_BODIES)) == len(PUBLIC_BODIES) > 490
    assert near_duplicates(dict.fromkeys(PUBLIC_BODIES, 1)) == []


def test_short_names_of_neighbours_are_never_taken_for_each_other() -> None:
    """A compass point, or a letter replaced by another, makes another place."""
    names = [
        "East Sussex",
        "West Sussex",
        "North Devon",
        "Devon",
        "South Devon",
        "Harlow",
        "Harrow",
        "Bolton",
        "Boston",
    ]
    assert near_duplicates(dict.fromkeys(names, 1)) == []


def test_what_could_be_either_of_two_is_left_alone() -> None:
    """ "Leicester CC" is the City's or the County's; nobody can tell, so nothing is suggested."""
    assert near_duplicates({"Leicester CC": 9, "Leicester City Council": 3, "Leicester County Council": 3}) == []


@pytest.mark.parametrize(
    ("people", "known", "proposed"),
    [
        ({"NHS Westshire": 4, "N.H.S. Westshire": 1, "NHS westshire Trust": 1}, [], "NHS Westshire"),
        ({"Devon CC": 2, "Devon County Council": 2, "DEVON COUNTY COUNCIL": 2}, [], "Devon County Council"),
        ({"Devon CC": 2, "Devon County Council": 2}, ["Devon CC"], "Devon CC"),
        ({"Devon CC": 2, "Devon County Council": 3}, ["Devon CC"], "Devon County Council"),
        ({"Devon Countyy Council": 1, "Devon County Council": 1, "Kent County Council": 1}, [], "Devon County Council"),
    ],
)
def test_the_name_proposed_is_what_most_people_have(people: dict[str, int], known: list[str], proposed: str) -> None:
    """Of names equally used the scheme's comes first, else the full name: no abbreviation, no capitals, no slip."""
    (group,) = near_duplicates(people, known)
    assert group.proposed == proposed
    assert dict(zip(group.names, group.people, strict=True)).items() <= people.items()


def test_it_does_not_matter_in_which_order_names_come() -> None:
    """The same names give the same groups, in any order."""
    names = [name for names in ONE for name in names]
    groups = near_duplicates(dict.fromkeys(names, 1))
    assert all(near_duplicates(dict.fromkeys(order, 1)) == groups for order in (names[::-1], sorted(names)))
    assert all(not set(a.names) & set(b.names) for a, b in combinations(groups, 2))
