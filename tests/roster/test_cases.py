"""Rosters as real systems and people write them, right at first go."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from coffee.roster import (
    Reading,
    Roster,
    RosterError,
    compare,
    likeliest,
    open_file,
    propose,
    read,
    table,
    with_choices,
)

CASES = Path(__file__).parent / "cases"
ANN = ("Ann Lee", "ann.lee@devon.example.gov.uk", "Devon County Council")
RAJ = ("Raj Patel", "raj.patel@leeds.example.gov.uk", "Leeds City Council")
SIAN = ("Siân Price", "sian.price@gwynedd.example.gov.uk", "Gwynedd Council")
GIVEN = "Devon County Council"  # for files that name no organisation


def case(name: str, organisation: str = "") -> Roster:
    """Read a case as the command line does, without asking anything."""
    found = table(likeliest(open_file((CASES / name).read_bytes(), name)))
    return read(found, propose(found.headers, [cells for _, cells in found.lines]).fields, organisation=organisation)


def people(roster: Roster) -> list[tuple[str, str, str]]:
    """Return name, email and organisation of everybody who can be imported."""
    return [(row.text("name"), row.text("email"), row.text("organisation")) for row in roster.rows if not row.rejected]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01a_msforms_anonymous.csv", [ANN, RAJ]),
        ("01c_outlook_mobile_empty.csv", [ANN, RAJ]),
        ("02a_eventbrite.csv", [ANN, RAJ]),
        ("02d_first_last.csv", [ANN, RAJ]),
        ("03b_surname_forename_header.csv", [ANN, RAJ]),
        ("06_google_contacts_phone_label.csv", [ANN, RAJ]),
        ("07a_aduser_upn_before_mail.csv", [ANN, RAJ]),
        ("08_m365_users.csv", [("Ann Lee", "ann.lee@devon.example.gov.uk", "Libraries")]),
        ("09a_two_email_columns.csv", [ANN, ("Raj Patel", "raj@home.example.org", "Leeds City Council")]),
        ("10_keeps_passwords.csv", [ANN]),
        ("11a_teams_question.csv", [ANN]),
        ("13a_header_from_data_row.csv", [ANN, SIAN]),
        ("13b_headerless_first_without_email.csv", [ANN, RAJ]),
        ("16a_organisation_type.csv", [ANN, RAJ]),
    ],
)
def test_columns_are_known_by_what_is_in_them(name: str, expected: list[tuple[str, str, str]]) -> None:
    """Wording and content together say which column holds what."""
    assert people(case(name)) == expected


def test_surnames_in_front_are_turned_and_it_is_said() -> None:
    """“LEE, Ann” in nearly every cell is Ann LEE; the organiser can turn them back."""
    roster = case("03a_surname_comma_first.csv")
    assert [name for name, *_ in people(roster)] == ["Ann LEE", "Raj PATEL", "Siân PRICE"]
    assert roster.notes == ("Names are written as “Lee, Ann” in this file, and are read as “Ann Lee”.",)
    found = table(open_file((CASES / "03a_surname_comma_first.csv").read_bytes(), "a.csv")[0])
    as_written = read(found, {0: "name", 1: "email", 2: "organisation"}, turn_names=False)
    assert as_written.rows[0].text("name") == "LEE, Ann"


def test_dirt_around_addresses_is_taken_off() -> None:
    """Mail programs and people write names, labels, brackets and links around an address."""
    assert [email for _, email, _ in people(case("05a_email_dirt.csv"))] == [
        f"p{number}@devon.example.gov.uk" for number in range(1, 12)
    ]


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("‘o’brien@x.example’", None),
        ("o'brien@x.example", "o'brien@x.example"),
        ("ann lee@x.example", None),
        ("a@x.example b@x.example", None),
        ("Lee, Ann [a@x.example]", None),
        ("<a@x.example>", "a@x.example"),
        ("SMTP:a@x.example", "a@x.example"),
        ("(a@x.example)", "a@x.example"),
        ("a@x.example...", "a@x.example"),
    ],
)
def test_an_address_is_never_guessed(roster: Callable[..., Roster], typed: str, email: str | None) -> None:
    """What is not certainly dirt refuses the line, so that no letter goes to a stranger."""
    row = roster(f'Name,Email,Org\nAnn,"{typed}",Devon\n').rows[0]
    assert (row.text("email") if not row.rejected else None) == email


def test_phones_of_empty_columns_and_questions_are_not_read() -> None:
    """Outlook's empty Mobile never wins, and “May we phone you? No” is no number."""
    assert [row.text("phone") for row in case("01c_outlook_mobile_empty.csv").rows] == [
        "+44 7700 900101", "+44 113 496 0102",
    ]  # fmt: skip
    asked = case("11a_teams_question.csv").rows[0]
    assert (asked.text("phone"), asked.text("chat_id")) == ("", "")


def test_nothing_sensitive_is_kept_unasked() -> None:
    """Passwords, dates of birth, NI numbers and ethnicity are left out and named."""
    name = "10_keeps_passwords.csv"
    found = table(open_file((CASES / name).read_bytes(), name)[0])
    proposal = propose(found.headers, [cells for _, cells in found.lines])
    assert list(proposal.sensitive.values()) == [
        "passwords", "dates of birth", "National Insurance numbers", "ethnicity",
    ]  # fmt: skip
    assert case(name).rows[0].details.keys() == {"name", "email", "organisation"}


@pytest.mark.parametrize(
    ("header", "cell", "held"),
    [
        ("Reference", "QQ 12 34 56 C", "National Insurance numbers"),
        ("Ref", "943 476 5919", "NHS numbers"),
        ("Ref", "943 476 5918", None),
        ("D.O.B.", "1980-02-01", "dates of birth"),
        ("Sort code", "20-00-00", "bank details"),
        ("Disability", "None", "health details"),
        ("Mobile", "7700900124", None),
    ],
)
def test_sensitive_columns_are_known_by_name_or_content(header: str, cell: str, held: str | None) -> None:
    """A column called Reference may hold NI numbers; a telephone may look like an NHS number."""
    headers = ["Name", "Email", "Organisation", header]
    found = propose(headers, [["Ann Lee", "a@x.example", "Devon", cell.replace("QQ", "AB")]])
    assert found.sensitive.get(3) == held


def test_an_organisation_written_once_is_everybodys_below() -> None:
    """Blank cells below an organisation take it, and it is said."""
    roster = case("19_organisation_once_blank_below.xlsx")
    assert [organisation for *_, organisation in people(roster)] == ["Devon County Council"] * 2
    assert roster.notes == ("1 blank cell takes the organisation of a line above.",)


def test_a_missing_organisation_among_others_is_refused(roster: Callable[..., Roster]) -> None:
    """One blank among many names is somebody's mistake, not a list written in blocks."""
    found = roster("Name,Email,Org\nA,a@x.example,Devon\nB,b@x.example,\nC,c@x.example,Kent\n")
    assert [bool(row.rejected) for row in found.rows] == [False, True, False]


def test_a_headerless_list_is_read_for_a_given_organisation() -> None:
    """“no email” in a cell makes no header of a person's line."""
    roster = case("13c_headerless_cell_no_email.csv", GIVEN)
    assert [name for name, *_ in people(roster)] == ["Ann Lee", "Siân Price"]


def test_the_last_answer_counts(roster: Callable[..., Roster]) -> None:
    """Somebody who answered a form twice is imported as they answered last, whatever the order of the file."""
    found = roster(
        "Timestamp,Name,Email,Org\n03/02/2026 10:00:00,Ann New,a@x.example,D\n02/02/2026 10:00:00,Ann,a@x.example,D\n"
    )
    preview = compare(found, [], date(2026, 3, 1))
    assert [new.row.text("name") for new in preview.new] == ["Ann New"]
    assert [refused.why for refused in preview.repeated] == [
        "a@x.example answered again on line 2; the last answer is used."
    ]


def test_totals_and_further_header_rows_are_no_people(roster: Callable[..., Roster]) -> None:
    """Totals are said and left out; SurveyMonkey's second and Qualtrics' third header row are passed over."""
    found = roster("Name,Email,Org\nAnn,a@x.example,D\nTotal,1,\n")
    assert (len(found.rows), found.notes) == (1, ("Line 3 is a total (“Total”) and is left out.",))
    assert len(roster("Name,Email,Org\nOpen-Ended Response,Response,Response\nAnn,a@x.example,D\n").rows) == 1
    qualtrics = (
        "StartDate,Q1,Q2,Q3\nStart Date,What is your name?,What is your email address?,Which council do you work for?\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3""}"\n'
        "2026-02-01 10:00,Ann,a@x.example,Devon\n"
    )
    assert people(roster(qualtrics)) == [("Ann", "a@x.example", "Devon")]


def test_an_unknown_column_is_refused_by_name() -> None:
    """A choice for a header that the file does not have is a mistake worth saying."""
    assert with_choices(["Name", "Mail"], {0: "name", 1: "ignore"}, {"mail": "email"}) == {0: "name", 1: "email"}
    with pytest.raises(RosterError, match="no column called “E-mail”"):
        with_choices(["Name", "Mail"], {0: "name", 1: "ignore"}, {"E-mail": "email"})


@pytest.mark.parametrize(
    ("name", "organisation", "expected"),
    [
        ("14a_windows1251.csv", "", [("Мария Иванова", "maria@varna.example.bg", "Община Варна")]),
        ("14b_windows1250.csv", "", [("Łukasz Żółw", "lukasz@gdansk.example.pl", "Urząd Miasta Gdańsk")]),
        (
            "14c_mixed_utf8_1252.csv", "",
            [
                ("Siân Price", "sian@gwynedd.example.gov.uk", "Gwynedd"),
                ("Zoë Hughes", "zoe@conwy.example.gov.uk", "Conwy"),
            ],
        ),
        ("15_filtered_row.xlsx", "", [ANN]),
        ("18_sheet_per_organisation.xlsx", "", [(*ANN[:2], "Devon"), (*RAJ[:2], "Leeds")]),
        ("20a_outlook_to_line.txt", GIVEN, [ANN, (*RAJ[:2], GIVEN)]),
        ("21_contacts.vcf", "", [ANN]),
        ("22a_mhtml.xls", GIVEN, [ANN]),
        ("22b_html.xls", "", [ANN]),
        (
            "04_teams_attendance_report.csv", GIVEN,
            [
                (name, f"{name.replace('â', 'a').replace(' ', '.').lower()}@{council}.example.gov.uk", GIVEN)
                for name, council in (
                    ("Ann Lee", "devon"), ("Raj Patel", "leeds"), ("Siân Price", "gwynedd"), ("Tom Wu", "camden"),
                )
            ],
        ),
    ],
)  # fmt: skip
def test_formats_of_other_programs_are_read(name: str, organisation: str, expected: list[tuple[str, str, str]]) -> None:
    """Encodings of other countries, hidden lines, sheets of organisations, cards, lists and web pages."""
    assert people(case(name, organisation)) == expected


def test_hidden_lines_are_read_when_asked_for() -> None:
    """A filter may hide people who are wanted all the same; that some are left out is said."""
    sheet = open_file((CASES / "15_filtered_row.xlsx").read_bytes(), "p.xlsx")[0]
    assert table(sheet).notes == ("1 hidden line is left out.",)
    assert len(table(sheet, with_hidden=True).lines) == 2


def test_an_encoding_and_a_separator_can_be_chosen() -> None:
    """What the organiser says of a file overrules what it seems to be."""
    data = (CASES / "14b_windows1250.csv").read_bytes()
    assert open_file(data, "p.csv", Reading("cp1252", ""))[0].rows[1][0] == "£ukasz ¯ó³w"
    assert open_file(b"Name,Email\n", "p.csv", Reading("", ";"))[0].rows[0] == ["Name,Email"]


def test_the_header_line_can_be_chosen() -> None:
    """Any line may be the header, or none."""
    sheet = open_file(b"Name,Email\nAnn,a@x.example\n", "p.csv")[0]
    assert (table(sheet, 0).headers, len(table(sheet, 0).lines)) == (["Column A", "Column B"], 2)
    assert table(sheet, 2).headers == ["Ann", "a@x.example"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "Lee, Ann <a@x.example>; Patel, Raj <b@x.example>;",
            [("Ann Lee", "a@x.example"), ("Raj Patel", "b@x.example")],
        ),
        ('To: "O\'Brien, Maeve" <m@x.example>, c@x.example', [("Maeve O'Brien", "m@x.example"), ("", "c@x.example")]),
        ("Ann Lee <a@x.example>\n李 <li@x.example>\n", [("Ann Lee", "a@x.example"), ("李", "li@x.example")]),
    ],
)  # fmt: skip
def test_a_pasted_list_of_addresses_is_read(typed: str, expected: list[tuple[str, str]]) -> None:
    """A To line from a mail program, with commas in names and between people."""
    rows = open_file(typed.encode(), "list.txt")[0].rows
    assert [(row[0], row[1]) for row in rows[1:]] == expected


def test_excel_2003_xml_is_read_and_its_entities_are_not() -> None:
    """XML Spreadsheet 2003 has its cells by place; a file with entities of its own is refused."""
    xml = (
        '<?xml version="1.0"?>{}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="People"><Table>'
        '<Row><Cell><Data ss:Type="String">Name</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">Email</Data>'
        '</Cell></Row><Row><Cell><Data ss:Type="String">Ann</Data></Cell><Cell ss:Index="3">'
        '<Data ss:Type="String">a@x.example</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    (sheet,) = open_file(xml.format("").encode(), "p.xls")
    assert (sheet.name, sheet.rows) == ("People", [["Name", "", "Email"], ["Ann", "", "a@x.example"]])
    with pytest.raises(RosterError, match="save it as XLSX"):
        open_file(xml.format('<!DOCTYPE x [<!ENTITY a "b">]>').encode(), "p.xls")


def test_a_file_of_apple_numbers_says_what_to_press() -> None:
    """Numbers' own files are refused with the way to a good one."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Index/Document.iwa", b"\0")
    with pytest.raises(RosterError, match="File, Export To, Excel"):
        open_file(stream.getvalue(), "people.numbers")
