"""Laws: a roster that we write in any dialect, order and wording is read back as it was."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.roster import likeliest, open_file, propose, read, table

WORDINGS = {
    "email": ["Email", "E-mail Address", "Work email", "E-bost", "Attendee email", "EmailAddress", "E-mail 1 - Value"],
    "organisation": [
        "Organisation", "Company", "Which council do you work for?", "companyName", "Sefydliad / Organisation",
    ],
    "phone": ["Mobile", "Phone 1 - Value", "Telephone number", "mobilePhone"],
    "role": ["Job title", "Role"],
}  # fmt: skip
NAMES = [("Name",), ("Full name",), ("Enw / Name",), ("First Name [Required]", "Last Name [Required]"),
         ("First", "Last"),
         ("Attendee first name", "Attendee last name"), ("Legal Name - First Name", "Legal Name - Last Name"),
         ("givenName", "surname"), ("Forename", "Surname")]  # fmt: skip
OTHERS = {"Order ID": "10", "Completion time": "2026-03-02 10:00", "May we phone you?": "No", "Organisation type": "A",
          "Do you use Teams?": "Yes", "Notes": ""}  # fmt: skip
FIRST = st.sampled_from(["Ann", "Siân", "Maeve", "李", "Zoë", "Raj"])
LAST = st.sampled_from(["Lee", "O'Brien", "Price", "Wu", "Hughes", "Patel"])
BODY = st.sampled_from(["Devon County Council", "Leeds City Council", "NHS Wales", "Audit Office", "Gwynedd"])


@given(data=st.data())
@settings(max_examples=150)
def test_a_roster_in_any_dialect_is_read_back(data: st.DataObject) -> None:
    """Names, addresses, organisations, numbers and roles come back, whatever else is in the file."""
    people = data.draw(st.lists(st.tuples(FIRST, LAST, BODY), min_size=1, max_size=8))
    titles = data.draw(st.sampled_from(NAMES))
    fields = {field: data.draw(st.sampled_from(words)) for field, words in WORDINGS.items()}
    others = data.draw(st.lists(st.sampled_from(sorted(OTHERS)), unique=True, max_size=4))
    order = data.draw(st.permutations([*titles, *fields.values(), *others]))
    rows = []
    for number, (first, last, body) in enumerate(people):
        cells = dict(zip(titles, (first, last) if len(titles) == 2 else (f"{first} {last}",), strict=True))
        cells |= {fields["email"]: f"p{number}@x.example", fields["organisation"]: body}
        cells |= {
            fields["phone"]: f"07700 9001{number:02}",
            fields["role"]: "Planner",
            **{o: OTHERS[o] for o in others},
        }
        rows.append([cells[title] for title in order])
    stream = StringIO()
    csv.writer(stream, delimiter=data.draw(st.sampled_from(",;\t|"))).writerows([order, *rows])
    raw = stream.getvalue().encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))
    found = table(likeliest(open_file(raw, "people.csv")))
    read_back = read(found, propose(found.headers, [texts for _, texts in found.lines]).fields).rows
    wanted = [
        (f"{first} {last}", f"p{number}@x.example", body, f"+44 7700 9001{number:02}", "Planner")
        for number, (first, last, body) in enumerate(people)
    ]
    assert [
        tuple(row.text(field) for field in ("name", "email", "organisation", "phone", "role")) for row in read_back
    ] == wanted


@pytest.mark.parametrize(
    ("system", "headers", "row"),
    [
        ("Microsoft Forms", "ID,Start time,Email,Name,Organisation", "1,x,a@x.example,Ann Lee,Devon"),
        ("Eventbrite", "Order #,First Name,Last Name,Email,Company", "9,Ann,Lee,a@x.example,Devon"),
        ("Meetup", "Name,Email,Which organisation are you from?", "Ann Lee,a@x.example,Devon"),
        ("Zoom", "First Name,Last Name,Email,Registration Time,Organization", "Ann,Lee,a@x.example,t,Devon"),
        ("Slack", "username,email,status,fullname,company", "al,a@x.example,Member,Ann Lee,Devon"),
        ("Mailchimp", "Email Address,First Name,Last Name,Company", "a@x.example,Ann,Lee,Devon"),
        ("iTrent", "Surname,Forename,Email address,Directorate", "Lee,Ann,a@x.example,Devon"),
        ("ESR", "Last Name,First Name,Email Address,Organisation", "Lee,Ann,a@x.example,Devon"),
        (
            "Workday",
            "Legal Name - First Name,Legal Name - Last Name,Email - Work,Company",
            "Ann,Lee,a@x.example,Devon",
        ),
        ("Moodle", "username,firstname,lastname,email,institution", "al,Ann,Lee,a@x.example,Devon"),
        ("LinkedIn", "First Name,Last Name,URL,Email Address,Company,Position", "Ann,Lee,u,a@x.example,Devon,X"),
        ("LDAP", "dn,cn,sn,givenName,mail,o", "x,Ann Lee,Lee,Ann,a@x.example,Devon"),
        ("Google Forms", "Timestamp,Email Address,Your name,Your organisation", "t,a@x.example,Ann Lee,Devon"),
        ("Google Workspace", "First Name [Required],Last Name [Required],Email Address [Required],Department",
         "Ann,Lee,a@x.example,Devon"),
        ("Entra", "displayName,givenName,surname,userPrincipalName,mail,companyName",
         "Ann Lee,Ann,Lee,al@corp.example,a@x.example,Devon"),
    ],
)  # fmt: skip
def test_published_layouts_are_right_at_first_go(system: str, headers: str, row: str) -> None:
    """The columns that these systems publish, with one person each."""
    found = table(likeliest(open_file(f"{headers}\n{row}\n".encode(), f"{system}.csv")))
    (read_back,) = read(found, propose(found.headers, [texts for _, texts in found.lines]).fields).rows
    got = (read_back.rejected, read_back.text("name"), read_back.text("email"), read_back.text("organisation"))
    assert got == ("", "Ann Lee", "a@x.example", "Devon")
