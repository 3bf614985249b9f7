"""The People page, driven as an organiser would, on a real scheme file. Grid clicks and dialogs need a browser."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coffee.dashboard.people.editor import Shown
from coffee.mail.letters.letter import Office
from coffee.people import service
from coffee.rounds import life
from coffee.scheme import Scheme, open_scheme, opt_outs, organisations, settings
from coffee.scheme import people as kept
from coffee.scheme import rounds as draws

OFFICE = Office.of("Olu <olu@coffee.example>", "https://coffee.example", "Coffee")
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample-roster.csv"
MESSY = """Name,Email,Council,Tel
Ann,ann@x.example,Devon CC,ask the desk
Bob,bob@x.example,Devon County Council,
Bob,BOB@x.example,Kent,
Cy,cy@,Kent,
"""


@pytest.fixture
def page(open_page: Callable[[str], AppTest]) -> Callable[[], AppTest]:
    """Opens the page and checks on every look that nothing failed."""
    return lambda: open_page("people")


@pytest.fixture
def sixty(scheme: Scheme) -> Scheme:
    """The sample roster, imported."""
    service.import_roster(scheme, SAMPLE.read_bytes(), "sample.csv", datetime.now(UTC))
    return scheme


def everyone(scheme: Scheme) -> dict[str, dict[Hashable, Any]]:
    with scheme.reading() as db:
        return {row["name"]: row for row in kept.everyone(db, datetime.now(UTC).date()).to_dict("records")}


def press(at: AppTest, label: str) -> AppTest:
    at = next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def choose(at: AppTest, label: str, option: str) -> AppTest:
    at = next(group for group in at.button_group if group.label == label).set_value(option).run()
    assert not at.exception
    return at


def upload(at: AppTest, data: bytes, name: str = "people.csv") -> AppTest:
    at = at.file_uploader[0].upload(name, data, "text/csv").run()
    assert not at.exception
    return at


def shown(at: AppTest) -> Shown:
    """The rows of the scheme that was looked at last."""
    rows: Shown = list(at.session_state["people-shown"].values())[-1]
    return rows


def edit(at: AppTest, rows: dict[int, dict[str, Any]]) -> AppTest:
    at.session_state[f"people-{shown(at).key}"] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    at = at.run()
    assert not at.exception
    return at


def row_of(at: AppTest, name: str) -> int:
    return shown(at).people["name"].tolist().index(name)


def test_an_empty_scheme_offers_the_upload(page: Callable[[], AppTest]) -> None:
    """The sentence says what to do, and the way to do it is open."""
    at = page()
    assert at.title[0].value == "People"
    assert at.markdown[0].value.startswith("Nobody is in the scheme yet.")
    assert len(at.file_uploader) == 1
    at = choose(at, "Show", "Everybody")
    assert "add the first person" in at.info[0].value
    assert "Add a person" in [button.label for button in at.button]


def test_a_messy_roster_is_previewed_merged_imported_and_undone(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Counts first, one click to merge two spellings, nothing saved before the button, and everything taken back."""
    at = upload(page(), MESSY.encode())
    (counts,) = [group for group in at.button_group if group.label == "What this file would do"]
    assert list(counts.options) == ["New 2", "Repeated 1", "Rejected 1", "To look at 1"]
    assert everyone(scheme) == {}
    at = press(at, "Merge")
    assert at.dataframe[0].value["Organisation"].tolist() == ["Devon County Council"] * 2
    at = choose(at, "What this file would do", "Rejected")
    assert at.dataframe[0].value["Line"].tolist() == [5]
    at = press(at, "Import 2 new people")
    assert {row["organisation"] for row in everyone(scheme).values()} == {"Devon County Council"}
    assert at.markdown[0].value == "2 people from 1 organisation: 2 active."
    at = press(at, "Undo this import")
    assert [toast.value.replace("\\", "") for toast in at.toast] == ["Undone: 2 removed."]
    assert everyone(scheme) == {}
    assert any(text.value.endswith("2 new\\, undone") for text in at.markdown)


def test_rejected_lines_stay_after_the_import_until_the_organiser_moves_on(page: Callable[[], AppTest]) -> None:
    """The list, its download and the next step are there; Close, another file and undoing put them away."""
    at = press(upload(page(), MESSY.encode()), "Import 2 new people")
    assert at.dataframe[0].value["Line"].tolist() == [4, 5]
    assert [button.proto.label for button in at.get("download_button")] == [
        "Download 1 rejected and 1 repeated lines to mend"
    ]
    assert "Generate round 1" in [button.label for button in at.button]
    at = press(at, "Close")
    assert not at.dataframe
    assert "Generate round 1" not in [button.label for button in at.button]
    at = upload(at, b"Name,Email,Council\nDi,di@x.example,Leeds\nEd,ed@,Kent\n")
    assert [button.proto.label for button in at.get("download_button")] == ["Download 1 rejected line to mend"]
    at = press(press(at, "Import 1 new person"), "Undo this import")
    assert not at.dataframe


AMERICAN = """Name,Email,Council,Tel,Status,Paused until
Ann,ann@x.example,Devon,4.41392E+11,active,
Bob,bob@x.example,Devon,(416) 555-0123,paused,05/06/2099
Cy,cy@x.example,Kent,01392 382000,paused,04/13/2099
"""


def test_the_order_of_dates_is_asked_about_when_one_contradicts_it(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Nothing is shown or imported before the organiser says how this file writes dates; then it is read so."""
    at = upload(choose(page(), "Show", "Upload a roster"), AMERICAN.encode())
    question = at.radio[0]
    assert question.label.replace("\\", "") == (
        "Line 4 has the date 04/13/2099. How are the dates in this file written?"
    )
    assert question.value is None
    assert not [button for button in at.button if button.label.startswith("Import")]
    at = question.set_value(False).run()
    press(at, "Import 3 new people")
    now = everyone(scheme)
    assert (now["Bob"]["paused_until"], now["Cy"]["paused_until"]) == ("2099-05-06", "2099-04-13")


def test_a_date_that_does_not_fit_the_answer_is_refused_at_its_line(page: Callable[[], AppTest]) -> None:
    """Day first after all: the one line that cannot be so is listed, with the date written out."""
    at = upload(choose(page(), "Show", "Upload a roster"), AMERICAN.encode()).radio[0].set_value(True).run()
    assert [button.label for button in at.button if button.label.startswith("Import")] == ["Import 2 new people"]
    assert at.dataframe[0].value["Paused until"].tolist() == ["", "5 June 2099"]
    at = choose(at, "What this file would do", "Rejected")
    assert at.dataframe[0].value["What is wrong"].tolist() == [
        "“04/13/2099” has the month before the day; write it as 13 April 2099."
    ]


def test_a_spoilt_phone_replaces_no_good_one_and_is_said(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Excel cut it short. The number we know stays, and the preview names every number that nobody can dial."""
    service.add(
        scheme,
        {"name": "Ann", "email": "ann@x.example", "organisation": "Devon", "phone": "01392 382000"},
        datetime.now(UTC),
    )
    at = upload(choose(page(), "Show", "Upload a roster"), AMERICAN.encode()).radio[0].set_value(False).run()
    at = choose(at, "What this file would do", "To look at")
    assert at.dataframe[0].value["What to look at"].tolist() == [
        "“4.41392E+11” is a phone number that the spreadsheet has spoilt, so it is left out.",
        "“(416) 555-0123” has no country code, such as +353, and is not a phone number of this country; it is kept as "
        "typed.",
    ]
    press(at, "Import 2 new people")
    now = everyone(scheme)
    assert (now["Ann"]["phone"], now["Bob"]["phone"], now["Cy"]["phone"]) == (
        "+44 1392 382000", "(416) 555-0123", "+44 1392 382000",
    )  # fmt: skip


def test_the_scheme_s_country_decides_how_a_file_is_read(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """In the United States the same file needs no question, and the same number is one to dial."""
    with scheme.writing() as db:
        settings.put(db, "country", "US")
    at = upload(choose(page(), "Show", "Upload a roster"), AMERICAN.encode())
    assert not at.radio
    press(at, "Import 3 new people")
    now = everyone(scheme)
    assert (now["Bob"]["paused_until"], now["Bob"]["phone"]) == ("2099-05-06", "+1 416-555-0123")


def test_columns_can_be_corrected(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """A column nobody could guess is named by hand, and the preview follows."""
    at = upload(page(), b"Wer,Email,Council\nAnn,ann@x.example,Devon\n")
    assert "No column is chosen for the name" in at.error[0].value
    at = next(box for box in at.selectbox if box.label == "Wer").set_value("name").run()
    assert not at.error
    assert any("Name ← “Wer”" in box.label.replace("\\", "") for box in at.expander)
    press(at, "Import 1 new person")
    assert list(everyone(scheme)) == ["Ann"]


def test_all_spellings_are_merged_with_one_click(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Each group under the name chosen for it; one group alone has its own button, and merging can be undone."""
    silos = ["NHS Lothian", "NHS Lothian", "nhs lothian", "Audit Wales", "audit wales", "Kent"]
    lines = [f"P{number},p{number}@x.example,{silo}" for number, silo in enumerate(silos)]
    at = upload(page(), "\n".join(["Name,Email,Organisation", *lines]).encode())
    chosen = next(box for box in at.selectbox if "audit wales" in box.options)
    at = press(chosen.select("audit wales").run(), "Merge all 2 as proposed below")
    assert not [button.label for button in at.button if button.label.startswith("Merge")]
    press(at, "Import 6 new people")
    with scheme.reading() as db:
        counted = dict(organisations.organisations(db).itertuples(index=False, name=None))
    assert counted == {"NHS Lothian": 3, "audit wales": 2, "Kent": 1}


def test_a_file_that_is_no_roster_says_why(page: Callable[[], AppTest]) -> None:
    """The page stays as it was, with a sentence."""
    at = upload(page(), b"PK\x03\x04 not really", "people.xlsx")
    assert "is not a spreadsheet" in at.error[0].value


def test_a_preview_that_is_out_of_date_is_not_imported(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Somebody added Ann between preview and button: the fresh preview shows it, and the button follows."""
    at = upload(page(), b"Name,Email,Council\nAnn,ann@x.example,Devon\n")
    service.add(scheme, {"name": "Ann", "email": "ann@x.example", "organisation": "Devon"}, datetime.now(UTC))
    at = press(at, "Import 1 new person")
    assert not [button for button in at.button if button.label.startswith("Import")]
    assert list(everyone(scheme)) == ["Ann"]


def test_search_and_filters_narrow_the_table(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Words match without accents in any column; a status shows only those."""
    service.set_status(sixty, [everyone(sixty)["Siân Price"]["id"]], "left")
    at = page()
    assert at.markdown[0].value == "59 people from 12 organisations: 59 active. Not counted: 1 left."
    at = at.text_input(key="people-find").set_value("sian devon").run()
    assert shown(at).people["name"].tolist() == ["Siân Price"]
    at = at.text_input(key="people-find").set_value("").run()
    at = choose(at, "Status", "left")
    assert shown(at).people["name"].tolist() == ["Siân Price"]
    at = at.text_input(key="people-find").set_value("nobody like this").run()
    assert "Nobody matches" in at.info[0].value


def test_an_apostrophe_is_found_however_it_is_written(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Word and phones write ’ where keyboards write '."""
    service.add(sixty, {"name": "Pat O’Neil", "email": "pat@x.example", "organisation": "Kent"}, datetime.now(UTC))
    at = page().text_input(key="people-find").set_value("o'neil").run()
    assert shown(at).people["name"].tolist() == ["Pat O’Neil"]


def test_edits_are_saved_with_one_button(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """A cell, a pause by its date, and an end of membership; each person's version goes up once."""
    at = page()
    rows = {name: row_of(at, name) for name in ("Siân Price", "Ewan Gunn", "Isla Ross")}
    at = edit(
        at,
        {
            rows["Siân Price"]: {"phone": "01632 960999", "role": None},
            rows["Ewan Gunn"]: {"paused_until": "2099-05-01"},
            rows["Isla Ross"]: {"status": "left"},
        },
    )
    press(at, "Save changes to 3 people")
    now = everyone(sixty)
    assert (now["Siân Price"]["phone"], now["Siân Price"]["role"]) == ("+44 1632 960999", "")
    assert (now["Ewan Gunn"]["status"], now["Ewan Gunn"]["paused_until"]) == ("paused", "2099-05-01")
    assert (now["Isla Ross"]["status"], now["Isla Ross"]["version"]) == ("left", 2)


def test_after_a_corrected_address_its_letters_are_offered_again(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """The page offers them at once, by name and kind; one press sends them all. The partner is told."""
    now = datetime.now(UTC)
    round_id = life.generate(sixty, now, seed=1)
    with sixty.reading() as db:
        version = draws.get(db, round_id).version
    life.publish(sixty, round_id, version, OFFICE, now)
    with sixty.writing() as db:
        db.execute("UPDATE messages SET state = 'sent', sent_at = ?", [now.isoformat()])
    at = page()
    at = press(edit(at, {0: {"email": "mended@x.example"}}), "Save changes to 1 person")
    assert any("1 letter went to the earlier address of" in text.value for text in at.markdown)
    assert next(toast.value.replace("\\", "") for toast in at.toast).startswith(
        "1 letter with the new address goes to those who were given the old one."
    )
    at = next(button for button in at.button if button.label.startswith("Send again to")).click().run()
    assert not at.exception
    assert not [button for button in at.button if button.label.startswith("Send again to")]
    with sixty.reading() as db:
        found = db.execute(
            "SELECT kind, state FROM messages WHERE recipient = 'mended@x.example' OR kind = 'partner address'"
        ).fetchall()
    assert sorted(found) == [("introduction", "waiting"), ("partner address", "waiting")]


def test_a_faulty_edit_keeps_what_was_typed(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """One sentence, nothing saved, and the typed rows are still there to mend."""
    at = page()
    row = row_of(at, "Siân Price")
    at = press(edit(at, {row: {"email": "not an address"}}), "Save changes to 1 person")
    assert "is not an email address" in at.error[0].value
    assert "Save changes to 1 person" in [button.label for button in at.button]
    assert everyone(sixty)["Siân Price"]["version"] == 1


def test_the_later_of_two_organisers_is_told(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Both see the same table; one saves first; the other reads what differs now, sees it beside what they typed, and
    may save once more.
    """
    at = page()
    row, sian = row_of(at, "Siân Price"), everyone(sixty)["Siân Price"]["id"]
    at = edit(at, {row: {"name": "Siân Rees"}})
    service.change(sixty, [service.Edit(sian, 1, "Siân Price", {"organisation": "Kent"})], OFFICE, datetime.now(UTC))
    at = press(at, "Save changes to 1 person")
    assert "while you were editing: organisation is now “Kent”. What" in at.error[0].value.replace("\\", "")
    assert everyone(sixty)["Siân Price"]["organisation"] == "Kent"
    grid = at.dataframe[0].value
    assert [grid.loc[row, column] for column in ("name", "organisation")] == ["Siân Rees", "Kent"]
    press(at, "Save changes to 1 person")
    assert everyone(sixty)["Siân Rees"]["organisation"] == "Kent"


def test_what_was_typed_waits_while_the_organiser_is_elsewhere(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Back on the page, the filters, the rows and what was typed are as they were, and one button saves it."""
    at = page()
    at = at.text_input(key="people-find").set_value("sian").run()
    at = edit(at, {0: {"role": "Mayor", "paused_until": "2099-05-01", "phone": None}})
    for elsewhere in (True, False):
        at.session_state["elsewhere"] = elsewhere
        at = at.run()
    assert at.text_input(key="people-find").value == "sian"
    grid = at.dataframe[0].value
    assert [grid.loc[0, column] for column in ("name", "role", "phone")] == ["Siân Price", "Mayor", ""]
    press(at, "Save changes to 1 person")
    now = everyone(sixty)["Siân Price"]
    assert (now["role"], now["paused_until"], now["phone"]) == ("Mayor", "2099-05-01", "")


def test_rows_do_not_move_under_what_is_typed(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Somebody sorts in at the top while a cell is edited: the edit still lands on whom it was typed over."""
    at = page()
    row = row_of(at, "Siân Price")
    at = edit(at, {row: {"role": "Mayor"}})
    service.add(sixty, {"name": "Aaron", "email": "aaron@x.example", "organisation": "Kent"}, datetime.now(UTC))
    at = press(at.run(), "Save changes to 1 person")
    assert [name for name, who in everyone(sixty).items() if who["role"] == "Mayor"] == ["Siân Price"]
    assert shown(at).people["name"][0] == "Aaron"


def test_people_who_are_ticked_are_marked_as_left_and_brought_back(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Ticks choose, a button acts, and the table shows it."""
    at = page()
    rows = [row_of(at, name) for name in ("Siân Price", "Ewan Gunn")]
    at = press(edit(at, {row: {"tick": True} for row in rows}), "Mark as left")
    assert {name for name, who in everyone(sixty).items() if who["status"] == "left"} == {"Siân Price", "Ewan Gunn"}
    at = press(edit(at, {row: {"tick": True} for row in rows}), "Bring back")
    assert {who["status"] for who in everyone(sixty).values()} == {"active"}


def test_people_whose_letters_come_back_are_flagged_and_unflagged(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Organisers can flag an address whose letters come back later, and take the flag off."""
    at = page()
    for picked, flagged in (("Letters come back", True), ("Letters arrive again", False)):
        at = edit(at, {row_of(at, "Siân Price"): {"tick": True}})
        at = at.menu_button[0].click(picked).run()
        assert not at.exception
        assert bool(everyone(sixty)["Siân Price"]["cannot_reach"]) is flagged


def test_two_people_are_set_apart_and_allowed_again(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """The pair is listed with a way back."""
    at = choose(page(), "Show", "Set apart")
    ids = {name: who["id"] for name, who in everyone(sixty).items()}
    at.selectbox[0].set_value(ids["Siân Price"])
    at = at.selectbox[1].set_value(ids["Ewan Gunn"]).run()
    at = press(at, "Set apart")
    assert [text.value for text in at.markdown][-1] == "Siân Price and Ewan Gunn"
    at = press(at, "Allow again")
    assert "No two people" in at.info[0].value


def test_near_duplicates_in_the_scheme_are_merged_with_one_click(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Two spellings become one organisation."""
    service.add(sixty, {"name": "Zed", "email": "z@x.example", "organisation": "Devon CC"}, datetime.now(UTC))
    at = choose(page(), "Show", "Organisations")
    at = press(at, "Merge")
    assert everyone(sixty)["Zed"]["organisation"] == "Devon County Council"
    at = press(at, "Undo")
    assert everyone(sixty)["Zed"]["organisation"] == "Devon CC"
    at = press(at, "They are different")
    assert "Merge" not in [button.label for button in at.button]


def test_a_roster_is_read_as_it_was_merged_until_that_is_undone(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """The same file again brings nothing new; undone in the preview, it does, and the next file remembers that."""
    at = press(press(upload(page(), MESSY.encode()), "Merge"), "Import 2 new people")
    at = upload(at, MESSY.encode())
    assert any("“Devon CC” is read as “Devon County Council”" in text.value.replace("\\", "") for text in at.caption)
    assert any("Nothing in this file is new" in text.value for text in at.caption)
    at = press(press(at, "Undo merging"), "Import 1 changed person")
    assert everyone(scheme)["Ann"]["organisation"] == "Devon CC"
    at = upload(at, MESSY.encode())
    assert not any("is read as" in text.value for text in at.caption)


def test_names_that_look_like_markup_show_as_they_are(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """Whatever somebody is called, no page part breaks or changes its look."""
    text = "Name,Email,Org,:red[x] $a$\n=cmd() **b** $x$,a@x.example,<b> :material/home:,`y`\nNA,b@x.example,L,\n"
    service.import_roster(scheme, text.encode(), "p.csv", datetime.now(UTC))
    at = page()
    assert shown(at).people["name"].tolist() == ["=cmd() **b** $x$", "NA"]
    for part in ("Organisations", "Set apart", "Upload a roster", "Everybody"):
        at = choose(at, "Show", part)


def test_thousands_of_people_come_in_pages(page: Callable[[], AppTest], scheme: Scheme) -> None:
    """The grid holds a page of them; the search looks through all."""
    lines = "".join(f"Person {i},p{i}@x.example,Silo {i % 7}\n" for i in range(1_000))
    service.import_roster(scheme, f"Name,Email,Org\n{lines}".encode(), "p.csv", datetime.now(UTC))
    at = page()
    assert len(shown(at).people) == 200
    at = at.text_input(key="people-find").set_value("p987@").run()
    assert shown(at).people["name"].tolist() == ["Person 987"]


def test_discarding_takes_back_what_was_typed(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Nothing is saved, and the table is as it was."""
    at = page()
    at = press(edit(at, {row_of(at, "Siân Price"): {"role": "Mayor"}}), "Discard")
    assert "Add a person" in [button.label for button in at.button]
    assert everyone(sixty)["Siân Price"]["version"] == 1


def test_what_was_typed_never_lands_in_another_scheme(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """The unsaved cells wait in the own scheme while the organiser looks at the sample."""
    at = page()
    at = edit(at, {row_of(at, "Siân Price"): {"role": "Mayor"}})
    other = open_scheme(sixty.path.with_name("sample.db"))
    service.import_roster(other, SAMPLE.read_bytes(), "sample.csv", datetime.now(UTC))
    at.session_state["sample"] = True
    at = at.run()
    assert not at.exception
    assert not [button for button in at.button if button.label.startswith("Save changes")]
    at.session_state["sample"] = False
    press(at.run(), "Save changes to 1 person")
    assert everyone(sixty)["Siân Price"]["role"] == "Mayor"


def test_a_change_is_shown_from_what_to_what(page: Callable[[], AppTest], sixty: Scheme) -> None:
    """Each column that differs is a line of its own, extra columns too where they are kept."""
    text = "Name,Email,Council,Desk\nSiân Price,SIAN.price@devon.example,Kent,4b\n"
    at = upload(choose(page(), "Show", "Upload a roster"), text.encode())
    at = next(box for box in at.checkbox if box.label == "Keep “Desk” as it is").check().run()
    assert at.dataframe[0].value.to_dict("records") == [
        {"Line": 2, "Name": "Siân Price", "What": "Organisation", "From": "Devon County Council", "To": "Kent"},
        {"Line": 2, "Name": "Siân Price", "What": "Desk", "From": "", "To": "4b"},
    ]
    press(at, "Import 1 changed person")
    assert everyone(sixty)["Siân Price"]["extra"] == {"Desk": "4b"}


def test_what_keeps_people_from_joining_is_said(page: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    """A local address and a missing mail server are warned of, and once both are set nothing is."""
    at = choose(page(), "Show", "Let people join")
    assert ["this machine only" in at.warning[0].value, "No mail server" in at.warning[1].value] == [True, True]
    monkeypatch.setenv("COFFEE_BASE_URL", "https://coffee.example.gov.uk")
    monkeypatch.setenv("COFFEE_SMTP_URL", "smtp://localhost:25?security=none")
    assert not choose(page(), "Show", "Let people join").warning


def test_who_wants_no_letters_is_found(sixty: Scheme, page: Callable[[], AppTest]) -> None:
    """They are active and not drawn, so the page says how many there are, and one filter shows them."""
    with sixty.writing() as db:
        for person in (1, 2):
            opt_outs.unsubscribe(db, person, datetime.now(UTC))
        kept.leave(db, [2])
    at = page()
    assert "Not drawn, because they want no letters: 1." in at.markdown[0].value
    choose(at, "Status", "No letters")
    (shown,) = at.session_state["people-shown"].values()
    assert shown.people["id"].tolist() == [1]
