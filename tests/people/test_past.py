"""Rounds held before the scheme, as spreadsheets have them."""

from datetime import datetime
from pathlib import Path

import pytest

from coffee.figures import as_json
from coffee.people import service
from coffee.people.past import Brought, import_past
from coffee.roster import RosterError
from coffee.rounds import life
from coffee.rounds.pool import gather
from coffee.scheme import Scheme, imports, open_scheme, people, rounds, silence

ROSTER = b"""Name,Email,Organisation
Ann Lee,ann@x.example,Devon
Bob Ray,bob@x.example,Kent
Cy Hill,cy@x.example,Leeds
Di Fox,di@x.example,Hull
Jo Day,jo1@x.example,Devon
Jo Day,jo2@x.example,Kent
"""
WIDE = b"""round,date,email_1,email_2,email_3,met
1,2025-01-10,ann@x.example,bob@x.example,,yes
1,2025-01-10,cy@x.example,di@x.example,gone@x.example,no
2,2025-02-10,ann@x.example,cy@x.example,,
2,2025-02-10,ann@x.example,bob@x.example,,yes
"""


@pytest.fixture
def scheme(tmp_path: Path, now: datetime) -> Scheme:
    """Six people, two of one name, and no rounds."""
    scheme = open_scheme(tmp_path / "coffee.db")
    service.import_roster(scheme, ROSTER, "people.csv", now)
    return scheme


def bring(scheme: Scheme, text: bytes, now: datetime, counts: bool = False, dry_run: bool = False) -> Brought:
    return import_past(scheme, text, "past.csv", now, counts=counts, dry_run=dry_run)


def history(scheme: Scheme) -> list[tuple[int, tuple[str, ...], str]]:
    """Return (round, names, met) of every past match."""
    with scheme.reading() as db:
        seats = rounds.history(db)
        names = people.names(db, seats["person"].tolist())
    return [
        (int(str(number)), tuple(names[person] for person in match["person"]), match["met"].iloc[0])
        for (number, _), match in seats.groupby(["round", "match"])
    ]


def test_a_list_of_rounds_is_added_with_its_numbers(scheme: Scheme, now: datetime) -> None:
    """Numbers that are free are kept; who is no longer there becomes a former participant without letters."""
    brought = bring(scheme, WIDE, now)
    assert (len(brought.rounds), brought.pairs, brought.repeats, len(brought.formers)) == (2, 6, 1, 1)
    assert history(scheme) == [
        (1, ("Ann Lee", "Bob Ray"), "yes"),
        (1, ("Cy Hill", "Di Fox", "gone@x.example"), "no"),
        (2, ("Ann Lee", "Cy Hill"), "unknown"),
        (2, ("Ann Lee", "Bob Ray"), "yes"),
    ]
    with scheme.reading() as db:
        gone = people.person(db, people.find(db, "gone@x.example") or 0, now.date())
    assert (gone["status"], bool(gone["unsubscribed_at"]), gone["organisation"]) == ("left", True, "not known")


def test_nothing_is_added_twice(scheme: Scheme, now: datetime) -> None:
    """A round that stands there already with the same pairs is left alone, and it is said."""
    bring(scheme, WIDE, now)
    again = bring(scheme, WIDE, now)
    assert (again.rounds, again.notes) == ([], ["2 rounds of the file are here already and not added again."])
    assert len(history(scheme)) == 4


def test_a_dry_run_writes_nothing(scheme: Scheme, now: datetime) -> None:
    """The preview counts what would be added."""
    assert bring(scheme, WIDE, now, dry_run=True).pairs == 6
    assert history(scheme) == []


def test_undo_takes_it_all_back(scheme: Scheme, now: datetime) -> None:
    """The rounds and the former participants go with their import; the people who were there stay."""
    bring(scheme, WIDE, now)
    with scheme.reading() as db:
        latest = int(imports.last(db)["id"].iloc[0])
    service.undo(scheme, latest, now)
    assert history(scheme) == []
    with scheme.reading() as db:
        assert people.find(db, "gone@x.example") is None
        assert people.find(db, "ann@x.example")


def test_taken_numbers_put_the_past_before_the_first_round(scheme: Scheme, now: datetime) -> None:
    """The past ends with round 0, and the next draw is the next round all the same."""
    life.generate(scheme, now, seed=1)
    brought = bring(scheme, WIDE, now)
    assert [held.number for held in brought.rounds] == [-1, 0]
    assert bring(scheme, WIDE, now).rounds == []
    with scheme.reading() as db:
        assert rounds.rounds(db)["number"].tolist() == [-1, 0, 1]


def test_draws_go_on_from_the_past(scheme: Scheme, now: datetime) -> None:
    """Past pairs that may have met count, the next round is the third, and nobody is silent for what was before."""
    bring(scheme, WIDE, now)
    with scheme.reading() as db:
        pool = gather(db, now.date())
        assert (len(pool.met), bool(pool.people["quiet"].any())) == (3, False)
        assert silence.silent(db, 1) == []
    round_id = life.generate(scheme, now, seed=1)
    with scheme.reading() as db:
        assert rounds.get(db, round_id).number == 3


def test_an_entry_without_a_round_is_left_out_of_figures_by_round(scheme: Scheme, now: datetime) -> None:
    """Pairs without a round go into one earlier entry, which draws know and figures by round leave out."""
    brought = bring(scheme, b"Person 1,Person 2\nAnn Lee,Bob Ray\nCy Hill,Di Fox\n", now)
    assert [(held.number, held.is_numbered) for held in brought.rounds] == [(0, False)]
    with scheme.reading() as db:
        figures = as_json(db, now)
        assert (figures["rounds"], figures["all"]["pairs_introduced"]) == ([], 2)
    round_id = life.generate(scheme, now, seed=1)
    with scheme.reading() as db:
        assert rounds.get(db, round_id).number == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b"round,match,email,met\n1,a,ann@x.example,yes\n1,a,bob@x.example,\n1,b,cy@x.example,no\n1,b,di@x.example,no\n",
            [(1, ("Ann Lee", "Bob Ray"), "yes"), (1, ("Cy Hill", "Di Fox"), "no")],
        ),
        (
            b",Ann Lee,Bob Ray,Cy Hill\nAnn Lee,,1,2\nBob Ray,1,,\nCy Hill,2,,\n",
            [(1, ("Ann Lee", "Bob Ray"), "yes"), (2, ("Ann Lee", "Cy Hill"), "yes")],
        ),
        (
            b"Person 1,Person 2,Month\nAnn Lee,Bob Ray,\n",
            [(0, ("Ann Lee", "Bob Ray"), "unknown")],
        ),
    ],
)
def test_every_shape_is_read(
    scheme: Scheme, now: datetime, text: bytes, expected: list[tuple[int, tuple[str, ...], str]]
) -> None:
    """Long lists have a line for each person; a matrix means met and counts each pair once."""
    bring(scheme, text, now)
    assert history(scheme) == expected


def test_a_matrix_may_hold_counts(scheme: Scheme, now: datetime) -> None:
    """With counts, 2 is twice and not round 2."""
    brought = bring(scheme, b",Ann Lee,Bob Ray\nAnn Lee,,2\nBob Ray,2,\n", now, counts=True)
    assert [(held.is_numbered, len(held.matches)) for held in brought.rounds] == [(False, 2)]


def test_doubtful_names_and_odd_lines_are_refused_with_a_reason(scheme: Scheme, now: datetime) -> None:
    """Two people of one name are told apart by address; a line for one person, or one twice, is no match."""
    brought = bring(
        scheme,
        b"round,name_1,name_2\n1,Jo Day,Ann Lee\n1,Bob Ray,\n1,Cy Hill,CY HILL\nsoon,Ann Lee,Bob Ray\n"
        b"1,Ann Lee,Di Fox\n",
        now,
    )
    assert brought.refused == [
        (2, "2 people are called Jo Day. Give the address of the one who is meant."),
        (3, "It names one person; a match has two or three."),
        (4, "It names Cy Hill twice."),
        (5, "“soon” is no number of a round."),
    ]
    assert history(scheme) == [(1, ("Ann Lee", "Di Fox"), "unknown")]


def test_a_file_without_pairs_says_what_it_needs(scheme: Scheme, now: datetime) -> None:
    """A roster is no past."""
    with pytest.raises(RosterError, match="no list of past pairs"):
        bring(scheme, ROSTER, now)
