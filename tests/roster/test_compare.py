"""A roster's effect, shown before it happens."""

from collections.abc import Callable
from datetime import date

import pytest

from coffee.roster import Roster, compare
from coffee.roster.compare import Preview

KNOWN = {
    "id": 7, "version": 3, "name": "Ann Lee", "email": "Ann@x.example", "organisation": "Devon", "phone": "",
    "chat_id": "live:ann", "role": "", "topics": "", "language": "", "status": "active", "paused_until": "",
    "shares": ["email"], "extra": {"Grade": "7", "Site": "Exeter"}, "unsubscribed_at": "",
}  # fmt: skip
Read = Callable[..., Roster]


def preview(roster: Roster, **person: object) -> Preview:
    return compare(roster, [KNOWN | person], date(2026, 3, 2))


def test_every_line_is_in_exactly_one_list(roster: Read) -> None:
    """New, changed, unchanged, repeated and rejected are all the lines there are."""
    found = preview(
        roster(
            "Name,Email,Org\nNew,new@x.example,Kent\nAnn Lee,ANN@X.EXAMPLE,Kent\nBob,bob@,Kent\n"
            "New,NEW@x.example,K\n,c@x.example,\n"
        )
    )
    assert [new.row.line for new in found.new] == [2]
    assert [(changed.row.line, changed.person_id, changed.version) for changed in found.changed] == [(3, 7, 3)]
    assert found.changed[0].changes == {"organisation": ("Devon", "Kent")}
    assert [(one.row.line, one.why) for one in found.repeated] == [
        (5, "Repeats NEW@x.example of line 2; the first of the two is used.")
    ]
    assert [one.row.line for one in found.rejected] == [4, 6]
    assert found.rejected[1].why == "The name is missing; the organisation is missing."
    assert [one.row.line for one in found.refused] == [4, 5, 6]


def test_case_of_an_address_is_no_change(roster: Read) -> None:
    """Email is the identity in any case."""
    found = preview(roster("Name,Email,Org\nAnn Lee,ann@X.example,Devon\n"))
    assert [row.line for row in found.unchanged] == [2]


def test_a_blank_cell_never_wipes_what_is_known(roster: Read) -> None:
    """A spreadsheet without a chat ID says nothing about chat IDs, nor about extra columns it lacks."""
    found = preview(
        roster("Name,Email,Org,Skype,Grade,Room\nAnn Lee,ann@x.example,Devon,,8,\n", keep=("Grade", "Room"))
    )
    assert found.changed[0].details == {"extra": {"Grade": "8", "Site": "Exeter"}}


def test_a_file_never_brings_back_who_has_left(roster: Read) -> None:
    """An old export says active; who left meanwhile stays so, and the organiser is told."""
    found = preview(roster("Name,Email,Org,Status\nAnn Lee,ann@x.example,Devon,Active\n"), status="left")
    assert (len(found.unchanged), found.remarks) == (
        1,
        [(2, "Ann Lee has left and stays so; reactivate them if they are back.")],
    )


def test_a_status_in_the_file_pauses_and_ends_a_pause(roster: Read) -> None:
    """Our own words for a status are obeyed; ending a pause clears its date."""
    header = "Name,Email,Org,Status,Paused until\n"
    paused = preview(roster(f"{header}Ann Lee,ann@x.example,Devon,Paused,2026-05-01\n")).changed[0]
    assert paused.details == {"status": "paused", "paused_until": "2026-05-01"}
    known = {"status": "paused", "paused_until": "2026-05-01"}
    ended = preview(roster(f"{header}Ann Lee,ann@x.example,Devon,active,\n"), **known).changed[0]
    assert ended.details == {"status": "active", "paused_until": ""}


def test_what_people_chose_to_share_is_never_overruled(roster: Read) -> None:
    """A spreadsheet says what somebody new shares; it does not change what a known person chose."""
    found = preview(
        roster(
            'Name,Email,Org,Shares\nAnn Lee,ann@x.example,Devon,"email, phone"\n'
            "Bo,bo@x.example,Devon,phone\nCy,cy@x.example,D,nothing\n"
        )
    )
    assert [row.line for row in found.unchanged] == [2]
    assert [new.details["shares"] for new in found.new] == [["phone"], []]


def test_an_unreadable_phone_is_pointed_out_and_the_row_is_used(roster: Read) -> None:
    """An unreadable phone is a remark, not a rejection."""
    found = preview(roster("Name,Email,Org,Tel\nBo,bo@x.example,Devon,ask the desk\n"))
    assert found.new[0].details["phone"] == "ask the desk"
    assert found.remarks == [(2, "“ask the desk” could not be read as a phone number; it is kept as typed.")]


def test_somebody_known_with_another_address_is_pointed_out(roster: Read) -> None:
    """An address that was mended in the spreadsheet alone would make a second Ann, whose partner never hears of it."""
    found = preview(roster("Name,Email,Org\nann lee,ann@new.example,DEVON\nAnn Lee,lee@x.example,Kent\n"))
    assert len(found.new) == 2
    assert found.remarks == [
        (2, "ann lee of DEVON is here already, as Ann@x.example. If this is the same person, change that address in "
            "the table of people instead, and leave this line out."),
    ]  # fmt: skip
    both = preview(roster("Name,Email,Org\nAnn Lee,ann@new.example,Devon\nAnn Lee,ann@x.example,Devon\n"))
    assert both.remarks == []


@pytest.mark.parametrize(
    ("known", "typed", "changed"),
    [
        ("+1 416-555-0123", "(416) 555-0123", False),
        ("+44 7700 900123", "7700900123", False),
        ("+44 7700 900123", "7700900124", True),
        ("+44 7700 900123", "4.4770E+11", False),
        ("+44 7700 900123", "+1 416 555 0123", True),
        ("+44 7700 900123", "ask the desk", True),
        ("", "(416) 555-0123", True),
    ],
)
def test_a_complete_number_does_not_lose_its_country(roster: Read, known: str, typed: str, changed: bool) -> None:
    """Month after month the file has the number without its code, or without its zero: the complete one stays."""
    found = preview(roster(f"Name,Email,Org,Tel\nAnn Lee,ann@x.example,Devon,{typed}\n"), phone=known)
    assert bool(found.changed) == changed


def test_merging_names_changes_only_those_names(roster: Read) -> None:
    """One click reads two spellings as one."""
    found = roster("Name,Email,Org\nA,a@x.example,Devon CC\nB,b@x.example,Kent\n").renamed({"Devon CC": "Devon"})
    assert [row.text("organisation") for row in found.rows] == ["Devon", "Kent"]
