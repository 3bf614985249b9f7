"""Headers in any order and wording."""

from collections.abc import Callable

import pytest

from coffee.roster import Roster, RosterError, guess, open_file, read, table
from coffee.roster.wording import field_named

WORDINGS = {
    "email": [
        "Email", "E-mail address", "EMAIL:", "e_mail", "What is your email address?", "Work e-mail", "E-bost", "Mail",
    ],
    "organisation": [
        "Organisation", "Council", "Org", "Employer", "Team", "Which council do you work for?", "Trust name",
        "Organization", "Name of your organisation", "Department", "Sefydliad", "Council / Trust",
        "Place of work", "Where are you based?", "Department/Team", "School name",
        "Enter the name of your organisation",
    ],
    "phone": [
        "Phone", "Mobile", "Tel", "Tel.", "Telephone number", "Contact number", "Ffôn", "Phone number (mobile)",
        "Contact no.", "Direct dial",
    ],
    "chat_id": ["Skype ID", "Google", "Google Hangouts", "Teams", "Microsoft Teams", "chat_id", "Skype / Teams"],
    "first_name": ["First name", "Forename", "Given name", "First Name(s)", "Known as", "Preferred name"],
    "last_name": ["Last name", "Surname", "Family name"],
    "name": [
        "Name", "Full name", "Your name", "Enw", "Participant name", "Display Name", "Names", "Employee",
        "Contact name",
        "Full name (first and last)", "What's your name?", "Please enter your name", "Delegate name", "Officer name",
        "Last Name, First Name", "Name (as it should appear)",
    ],
    "role": ["Role", "Job title", "Post"],
    "topics": ["Topics", "What would you like to talk about?", "Interests"],
    "language": ["Language", "Iaith"],
    "extra": [
        "Line manager", "Line manager's email", "Username", "Emergency contact number", "Middle name", "File name",
    ],
    None: ["Timestamp", "Notes", "Do you agree to the privacy notice?", "", "2026"],
}  # fmt: skip


@pytest.mark.parametrize(("field", "header"), [(field, header) for field, all_ in WORDINGS.items() for header in all_])
def test_a_header_is_understood(field: str | None, header: str) -> None:
    """Each of these wordings was seen on a real form or in a real system."""
    assert field_named(header) == field


def test_the_best_column_wins_and_the_rest_is_left_out() -> None:
    """With an organisation and a team, the organisation is the silo, and the team is left out unless ticked."""
    headers = ["Team", "Organisation", "Email", "Name", "Confirm email"]
    assert guess(headers, []) == {0: "ignore", 1: "organisation", 2: "email", 3: "name", 4: "ignore"}


def test_the_schemes_own_word_for_a_silo_wins() -> None:
    """A scheme of teams reads the team as the silo, although there is an organisation too."""
    assert guess(["Organisation", "Team"], [], silo="team") == {0: "ignore", 1: "organisation"}


def test_first_and_last_name_are_joined(roster: Callable[..., Roster]) -> None:
    """Two columns make one name, in the right order, wherever they stand."""
    found = roster("Surname,Council,E-mail,Forename\nO'Brien,Devon,m@x.example,Maeve\n")
    assert found.rows[0].text("name") == "Maeve O'Brien"


def test_a_name_beside_a_surname_is_the_first_name(roster: Callable[..., Roster]) -> None:
    """Some forms ask "Name" and "Surname"."""
    assert roster("Name,Surname,Org,Email\nAnn,Lee,Devon,a@x.example\n").rows[0].text("name") == "Ann Lee"


def test_the_best_name_is_taken_and_never_somebody_elses() -> None:
    """Beside a first and a last name, or a name, other columns about names are left out."""
    assert guess(["Contact name", "Surname", "First name"], []) == {0: "ignore", 1: "last_name", 2: "first_name"}
    assert guess(["Known as", "First name", "Last name"], []) == {0: "ignore", 1: "first_name", 2: "last_name"}
    assert guess(["Buddy name", "Name", "Known as"], []) == {0: "ignore", 1: "name", 2: "ignore"}
    assert guess(["Known as", "Email"], []) == {0: "name", 1: "email"}


def test_surname_first_is_turned_round(roster: Callable[..., Roster]) -> None:
    """ "Lee, Ann" under such a header is Ann Lee; a name without a comma stays as it is."""
    found = roster('"Last name, first name",Email,Org\n"Lee, Ann",a@x.example,D\nBob Ray,b@x.example,D\n')
    assert [row.text("name") for row in found.rows] == ["Ann Lee", "Bob Ray"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Business Phone,Mobile Phone\n07700 900101,\n", "+44 7700 900101"),
        ("Phone 1 - Label,Phone 1 - Value\nMobile,07700 900101\n", "+44 7700 900101"),
        ("Mobile,Direct dial no\n4.41392E+11,01392 382000\n", ""),
        ("May we phone you?,Grade\nNo,7\n", ""),
        ("Tel,Grade\nask the desk,7\n", "ask the desk"),
    ],
)
def test_the_phone_column_is_one_with_numbers(roster: Callable[..., Roster], text: str, number: str) -> None:
    """Outlook's empty column, Google's labels and an answer are no phone numbers."""
    header, row, _ = text.split("\n")
    found = roster(f"Name,Email,Org,{header}\nAnn,ann@x.example,Devon,{row}\n")
    assert found.rows[0].text("phone") == number


def test_several_chat_ids_say_where_each_works(roster: Callable[..., Roster]) -> None:
    """One ID stays as it is; two are told apart by their columns."""
    found = roster(
        "Name,Email,Org,Skype ID,Google\nAnn,a@x.example,D,live:ann,ann@g.example\nBob,b@x.example,D,live:bob,\n"
    )
    assert [row.text("chat_id") for row in found.rows] == ["Skype ID: live:ann, Google: ann@g.example", "live:bob"]


def test_titles_and_blank_lines_are_skipped_and_lines_keep_their_numbers(roster: Callable[..., Roster]) -> None:
    """Lines above the header are skipped; every person keeps the spreadsheet's line number."""
    found = roster("Coffee trial 2026,,\n,,\nPrinted on Monday,,\nName,Email,Org\n\nAnn,a@x.example,D\n,,\nBob,b,D\n")
    assert [(row.line, row.text("name")) for row in found.rows] == [(6, "Ann"), (8, "Bob")]


def test_a_status_column_that_is_not_ours_changes_nothing(roster: Callable[..., Roster]) -> None:
    """HR's "Permanent" is no status of a scheme."""
    found = roster("Name,Email,Org,Status\nAnn,a@x.example,D,Permanent\n")
    assert (found.rows[0].text("status"), found.rows[0].extra) == ("", {})


def test_a_column_of_addresses_is_the_email_whatever_it_is_called(roster: Callable[..., Roster]) -> None:
    """A header nobody foresaw is overruled by what is in the column."""
    assert roster("Name,Kontakt,Org\nAnn,a@x.example,D\n").rows[0].text("email") == "a@x.example"


def test_without_a_header_nobody_is_lost_and_columns_can_be_mapped_by_hand() -> None:
    """A file that begins with a person keeps that person; its columns are A, B, C until somebody names them."""
    found = table(open_file(b"Ann,a@x.example,Devon\nBob,b@x.example,Kent\n", "p.csv")[0])
    guessed = guess(found.headers, [cells for _, cells in found.lines])
    assert (found.headers, found.header_line, guessed[1]) == (["Column A", "Column B", "Column C"], None, "email")
    with pytest.raises(RosterError, match="No column is chosen for the name or the organisation"):
        read(found, guessed)
    people = read(found, {0: "name", 1: "email", 2: "organisation"}).rows
    assert [(row.line, row.text("name")) for row in people] == [(1, "Ann"), (2, "Bob")]


def test_an_organisation_can_be_given_for_a_file_that_names_none() -> None:
    """A list from one council need not repeat the council on every line."""
    found = table(open_file(b"Name,Email\nAnn,a@x.example\n", "p.csv")[0])
    assert read(found, guess(found.headers, []), organisation="Devon").rows[0].text("organisation") == "Devon"


def test_columns_of_one_name_are_told_apart() -> None:
    """Two columns called Notes are both kept."""
    found = table(open_file(b"Name,Email,Org,Notes,Notes\nAnn,a@x.example,D,x,y\n", "p.csv")[0])
    assert found.headers == ["Name", "Email", "Org", "Notes", "Notes (2)"]


def test_more_columns_than_a_list_of_people_has_are_refused() -> None:
    """A matrix uploaded by mistake is told, not shown as thousands of choices."""
    sheet = open_file((",".join(f"c{i}" for i in range(20_000)) + "\n").encode(), "p.csv")[0]
    with pytest.raises(RosterError, match="20,000 filled columns"):
        table(sheet)
