"""The Emails page: what it says for none, some and troubled letters, and what its buttons do."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from coffee.mail.letters import wording
from coffee.mail.letters.letter import Envelope, Letter, Office, write
from coffee.mail.post import hold, outbox
from coffee.mail.post.sending import send_due
from coffee.scheme import Scheme, people, posting, settings
from coffee.scheme.moments import text_of

Page = Callable[..., AppTest]
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
OFFICE = Office.of("Ann Lee <ann@coffee.example>", "https://coffee.example", "Coffee")
TROUBLE = "Siân <b>O'Brien</b> $x$ :red[no] [a](http://b)"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No mail server, and an organiser with an address."""
    monkeypatch.setenv("COFFEE_FROM", "Ann Lee <ann@coffee.example>")
    monkeypatch.delenv("COFFEE_SMTP_URL", raising=False)


def queue(scheme: Scheme, count: int) -> list[Letter]:
    written = []
    with scheme.writing() as db:
        for number in range(count):
            details = {"name": f"{TROUBLE} {number}", "email": f"p{number}@x.example", "organisation": "Devon"}
            person = people.add(db, details, now=NOW)
            cover = Envelope("introduction", f"k{number}", TROUBLE, f"p{number}@x.example", "round-1", person_id=person)
            written.append(write(OFFICE, cover, {}, now=NOW, mint=lambda: secrets.token_urlsafe(16), source=SOURCE))
        outbox.queue(db, written, NOW)
    return written


SOURCE = "Subject: Meet somebody\n\nHello, [say how it went](https://coffee.example/p/me/" + "t" * 43 + ")\n"


def test_a_sample_that_is_the_own_scheme_promises_no_letters(
    scheme: Scheme, open_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the sample, opened as the own scheme: the page says that no letter leaves."""
    monkeypatch.setenv("COFFEE_SMTP_URL", "smtp://127.0.0.1:9?security=none")
    queue(scheme, 1)
    with scheme.writing() as db:
        settings.put(db, "sample", True)
    page = open_page("emails")
    assert not page.exception
    said = " ".join(block.value for block in page.markdown)
    assert "no letter leaves it" in said
    assert "Letters leave through" not in said
    assert "Go to my own scheme" not in [button.label for button in page.button]


def settle(scheme: Scheme, count: int, state: str, why: str | None = None) -> None:
    """Let a sender claim some letters and report this of them."""
    for _ in range(count):
        with scheme.writing() as db:
            letter = posting.claim(db, "tester", datetime.now(UTC))
            assert letter
            posting.settle(db, "tester", posting.Settled(letter.id, state, NOW, why, due_at=NOW + timedelta(days=1)))


def states(scheme: Scheme) -> list[str]:
    with scheme.reading() as db:
        return [state for (state,) in db.execute("SELECT state FROM messages ORDER BY id")]


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [button for button in test.button if button.label == label]
    return button.click().run()


def popovers(test: AppTest) -> dict[str, bool]:
    """The labels of the page's popovers, and whether each is disabled."""
    blocks = [block.proto.popover for block in test.get("popover")]
    return {block.label: block.disabled for block in blocks}


def said(test: AppTest) -> str:
    return "\n".join(element.value for element in [*test.markdown, *test.warning, *test.error, *test.info])


def test_no_letters(scheme: Scheme, open_page: Page) -> None:
    """An empty scheme says how letters come about, and where they would go."""
    test = open_page("emails")
    assert "No letters yet" in said(test)
    assert "kept as files" in said(test)
    assert "COFFEE\\_SMTP\\_URL" in said(test)


def test_all_sent(scheme: Scheme, open_page: Page) -> None:
    """Every letter is listed with its person as typed, its state in plain words and when it went."""
    queue(scheme, 3)
    settle(scheme, 3, "sent")
    test = open_page("emails")
    assert "3 letters sent, none waiting" in said(test).replace("\\", "")
    (table,) = test.dataframe
    assert table.value["State"].tolist() == ["Sent"] * 3
    assert sorted(table.value["To"]) == [f"{TROUBLE} {number}" for number in range(3)]


def test_in_doubt_is_settled_by_the_organiser(scheme: Scheme, open_page: Page) -> None:
    """Letters in doubt can be sent again with the same bytes, or marked as sent, all at once."""
    queue(scheme, 2)
    settle(scheme, 2, "in doubt", "The line broke.")
    test = open_page("emails")
    assert "may or may not have arrived" in said(test)
    press(test, "Send all 2 again")
    assert states(scheme) == ["waiting", "waiting"]
    settle(scheme, 2, "in doubt", "The line broke.")
    press(open_page("emails"), "Mark all 2 as sent")
    assert states(scheme) == ["sent", "sent"]
    with scheme.reading() as db:
        assert b"t" * 43 not in b"".join(letter for (letter,) in db.execute("SELECT letter FROM messages"))


def test_without_a_sender_the_page_says_so_and_shows_the_rest(
    scheme: Scheme, open_page: Page, fill: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day the mail server is set and nobody has said who writes: one warning, and the letters below it."""
    fill(["Devon", "Kent"], [[((0, 1), None)]])
    queue(scheme, 1)
    monkeypatch.setenv("COFFEE_SMTP_URL", "smtp://127.0.0.1:9?security=none")
    monkeypatch.delenv("COFFEE_FROM", raising=False)
    test = open_page("emails")
    assert not test.exception
    assert [warning.value for warning in test.warning] == [
        "Letters need a sender before any can leave. Write your name and address in Settings."
    ]
    assert not test.error
    assert len(test.dataframe[0].value) == 1


def test_failed_can_be_left(scheme: Scheme, open_page: Page) -> None:
    """One click settles a failed letter that is not worth another try; it stays in the list with its state."""
    queue(scheme, 1)
    settle(scheme, 1, "failed", "550 No such person")
    press(open_page("emails"), "Leave it")
    assert states(scheme) == ["cancelled"]
    assert "Leave it" not in [button.label for button in open_page("emails").button]


def test_failed_is_tried_again(scheme: Scheme, open_page: Page) -> None:
    """A letter that could not be delivered says why and can be tried again."""
    queue(scheme, 1)
    settle(scheme, 1, "failed", "550 No such person")
    test = open_page("emails")
    assert test.dataframe[0].value["Why"].tolist() == ["550 No such person"]
    press(test, "Try it again")
    assert states(scheme) == ["waiting"]


def test_pause_and_go_on(scheme: Scheme, open_page: Page) -> None:
    """Sending can be paused and taken up again."""
    queue(scheme, 2)
    test = press(open_page("emails"), "Pause")
    with scheme.reading() as db:
        assert settings.get(db, "letters_paused") is True
    press(test, "Go on sending")
    with scheme.reading() as db:
        assert settings.get(db, "letters_paused") is False


def test_cancel_what_waits(scheme: Scheme, open_page: Page) -> None:
    """Cancelling leaves what has gone and stops the rest for good."""
    queue(scheme, 3)
    settle(scheme, 1, "sent")
    press(open_page("emails"), "Cancel them")
    assert states(scheme) == ["sent", "cancelled", "cancelled"]


def test_a_test_to_me(scheme: Scheme, open_page: Page, tmp_path: Path) -> None:
    """A test letter goes to the organiser, and to nobody else."""
    press(open_page("emails"), "Send a test to me")
    with scheme.reading() as db:
        assert db.execute("SELECT kind, recipient FROM messages").fetchall() == [("test", "ann@coffee.example")]
    assert send_due(scheme, None, tmp_path / "letters").sent == 1


def test_letters_that_are_only_files_are_not_called_sent(scheme: Scheme, open_page: Page, tmp_path: Path) -> None:
    """Headline, filter, counts and list say kept as a file; a column that would repeat why is not there."""
    queue(scheme, 3)
    with scheme.writing() as db:
        settings.put(db, "letters_paused", True)
    assert "0 of 3 letters written, 3 to go" in said(open_page("emails")).replace("\\", "")
    with scheme.writing() as db:
        settings.put(db, "letters_paused", False)
    send_due(scheme, None, tmp_path / "letters")
    test = open_page("emails")
    assert "3 letters written and kept as files. None was mailed." in said(test).replace("\\", "")
    (group,) = [group for group in test.button_group if group.label == "State"]
    assert list(group.options) == ["All", "Kept as a file"]
    assert list(test.table[0].value) == ["Kept as a file"]
    table = test.dataframe[0].value
    assert (table["State"].tolist(), "Why" in table) == (["Kept as a file"] * 3, False)
    assert len(open_page("emails", state="kept").dataframe[0].value) == 3


def test_why_letters_wait(scheme: Scheme, open_page: Page) -> None:
    """The page says why letters wait, and a server's words do no harm in it."""
    queue(scheme, 1)
    with scheme.writing() as db:
        settings.put(db, "mail_problem", {"said": "554 :red[no] $x$", "at": NOW.isoformat()})
    test = open_page("emails")
    assert "554 \\:red\\[no\\] \\$x\\$" in said(test)


def test_a_refused_account_can_be_tried_at_once(scheme: Scheme, open_page: Page) -> None:
    """While the letters are held, the page says until when, and a button ends it."""
    queue(scheme, 1)
    hold.note(scheme, "The login was refused.", True, datetime.now(UTC))
    test = open_page("emails")
    assert "or when this program is started again" in said(test)
    press(test, "Try now")
    with scheme.reading() as db:
        assert hold.known(db) is None


def test_the_address_chooses(scheme: Scheme, open_page: Page) -> None:
    """The state in the address is the state shown."""
    queue(scheme, 3)
    settle(scheme, 1, "failed", "550 No")
    test = open_page("emails", state="Not delivered")
    assert test.dataframe[0].value["State"].tolist() == ["Not delivered"]


def test_a_round_without_letters_in_the_chosen_state_says_so(
    scheme: Scheme, open_page: Page, fill: Callable[..., None]
) -> None:
    """A state that only letters of another round have leaves the list empty, with or without words."""
    fill(["Devon", "Kent"], [[((0, 1), None)]])
    with scheme.writing() as db:
        cover = Envelope("introduction", "k", "Ann", "p1@example.org", "round-1", person_id=1, round_id=1)
        outbox.queue(db, [write(OFFICE, cover, {}, now=NOW, mint=lambda: "m" * 22, source=SOURCE)], NOW)
    settle(scheme, 1, "sent")
    queue(scheme, 1)
    for asked in ({}, {"find": "Ann"}):
        test = open_page("emails", round="1", state="Waiting", **asked)
        assert not test.exception
        assert "No letter matches" in said(test)


def test_the_wording_is_changed_with_the_letter_beside_it(scheme: Scheme, open_page: Page) -> None:
    """An edited template is shown as a letter, refused while a field is misspelt, saved when right."""
    test = open_page("emails")
    test.session_state["emails-wording"] = True
    test.run()
    (area,) = test.text_area
    area.set_value("Subject: Hi\n\nOur words, {{ nmae }}\n").run()
    assert "There is no field “nmae”" in said(test).replace("\\", "")
    (area,) = test.text_area
    area.set_value("Subject: Hi\n\nOur words, {{ name }}\n\n{{ introductions }}\n").run()
    assert "Our words, Ann Lee" in test.code[0].value
    press(test, "Save the wording")
    with scheme.reading() as db:
        assert wording.source(db, "introduction") == "Subject: Hi\n\nOur words, {{ name }}\n\n{{ introductions }}\n"
    press(test, "Back to the default")
    with scheme.reading() as db:
        assert wording.source(db, "introduction") is None


def test_every_kind_of_letter_can_be_changed(scheme: Scheme, open_page: Page, fill: Callable[..., None]) -> None:
    """Each kind shows the letter it makes of a real match, its own fields, and goes to the organiser as a test."""
    fill(["Devon", "Kent"], [[((0, 1), None)]])
    test = open_page("emails")
    test.session_state["emails-wording"] = True
    for kind in wording.KINDS:
        test.session_state["emails-letter"] = kind
        test.run()
        assert not test.exception
        to = (
            "p1@example.org"
            if kind in {"confirmation", "confirmation reminder", "new address"}
            else "Person 1 <p1@example.org>"
        )
        assert f"To: {to}\n" in "".join(text.value for text in test.text)
        assert [f"`{{{{ {name} }}}}`" for name in wording.FIELDS[kind]] == test.table[-1].value["Field"].tolist()
        press(test, "Send this to me")
    with scheme.reading() as db:
        assert db.execute("SELECT DISTINCT recipient FROM messages").fetchall() == [("ann@coffee.example",)]


def test_the_welsh_letter_is_changed_by_itself(scheme: Scheme, open_page: Page) -> None:
    """A letter that exists in two languages is edited in each."""
    test = open_page("emails")
    test.session_state["emails-wording"] = True
    test.session_state["emails-letter"] = "own page"
    test.session_state["emails-language-own page"] = "cy"
    test.run()
    (area,) = test.text_area
    assert "Eich tudalen" in (area.value or "")
    area.set_value("Subject: Helo\n\nEin geiriau ni, {{ my_page }}\n").run()
    press(test, "Save the wording")
    with scheme.reading() as db:
        assert wording.source(db, "own page", "cy")
        assert wording.source(db, "own page") is None


def test_wording_that_is_not_saved_waits(scheme: Scheme, open_page: Page) -> None:
    """Unsaved wording survives a look at another language or letter, says it is not saved, and is forgotten on Save and
    on Back to the default.
    """
    test = open_page("emails")
    test.session_state["emails-wording"] = True
    test.session_state["emails-letter"] = "own page"
    test.run()
    assert "Not saved yet" not in said(test)
    words = "Subject: Hi\n\nOur words, {{ my_page }}\n"
    test.text_area[0].set_value(words).run()
    assert "Not saved yet" in said(test)
    for key, there, back in [("emails-language-own page", "cy", "en"), ("emails-letter", "news", "own page")]:
        test.session_state[key] = there
        test.run()
        assert test.text_area[0].value != words
        assert "Not saved yet" not in said(test)
        test.session_state[key] = back
        test.run()
        assert test.text_area[0].value == words
        assert "Not saved yet" in said(test)
    test.text_area[0].set_value(f"{words}At once.\n")
    test.selectbox(key="emails-letter").set_value("news").run()
    test.selectbox(key="emails-letter").set_value("own page").run()
    assert test.text_area[0].value == f"{words}At once.\n"
    press(test, "Save the wording")
    assert "Not saved yet" not in said(test)
    test.text_area[0].set_value(f"{words}More.\n").run()
    press(test, "Back to the default")
    assert "Not saved yet" not in said(test)
    assert "Our words" not in test.text_area[0].value


def test_guests_letters_are_read_before_they_go(scheme: Scheme, open_page: Page) -> None:
    """The invitation to each guest is shown before anything is queued."""
    test = open_page("emails")
    test.session_state["emails-invite"] = True
    test.run()
    test.text_area[0].set_value("Siân <sian@x.example>; b@x.example").run()
    test.toggle[0].set_value(True).run()
    assert "Letter 1 of 2" in "".join(caption.value for caption in test.caption)
    assert "/join" in test.code[0].value
    assert states(scheme) == []
    press(test, "Write 2 letters")
    assert states(scheme) == ["waiting", "waiting"]


@pytest.mark.parametrize(("known", "sentence"), [(1, "1 was invited or is"), (2, "2 were invited or are")])
def test_who_is_known_is_not_counted(scheme: Scheme, open_page: Page, known: int, sentence: str) -> None:
    """The button counts only the letters that will be written, and a sentence says how many are known already."""
    queue(scheme, known)
    test = open_page("emails")
    test.session_state["emails-invite"] = True
    test.run()
    addresses = [f"p{number}@x.example" for number in range(known)]
    test.text_area[0].set_value("; ".join([*addresses, "new@x.example"])).run()
    assert f"{sentence} in the scheme already." in said(test)
    press(test, "Write 1 letter")
    assert states(scheme) == ["waiting"] * (known + 1)
    assert "Write 0 letters" in [button.label for button in test.button if button.disabled]


@pytest.mark.parametrize(
    ("state", "label", "word", "kind"),
    [
        ("published", "Remind 4 people", "Remind them", "reminder"),
        ("published", "Ask 4 people for feedback", "Ask them", "feedback"),
        ("closed", "Tell 4 people what it made", "Tell them", "news"),
    ],
)
def test_letters_to_a_round(
    scheme: Scheme, open_page: Page, fill: Callable[..., None], state: str, label: str, word: str, kind: str
) -> None:
    """While a round is out its people can be reminded and asked; once it is closed everybody can be told of it.

    The button says how many, asks before it writes, and then is disabled and says why.
    """
    fill(["Devon", "Kent", "York", "Bath"], [[((0, 1), None), ((2, 3), None)]])
    with scheme.writing() as db:
        db.execute("UPDATE rounds SET state = ?, closed_at = published_at", [state])
        cover = Envelope("introduction", "k", "Ann", "p1@example.org", "round-1", person_id=1, round_id=1)
        outbox.queue(db, [write(OFFICE, cover, {}, now=NOW, mint=lambda: "m" * 22, source=SOURCE)], NOW)
    test = open_page("emails", round="1")
    test.toggle[0].set_value(True).run()
    find = next(field for field in test.text_input if field.label == "Whose letter")
    find.set_value("person 3").run()
    assert "To: Person 3 <p3@example.org>" in "".join(text.value for text in test.text)
    assert states(scheme) == ["waiting"]
    assert popovers(test)[label] is False
    assert "4 letters will go out. This cannot be undone once they are sent." in said(test)
    press(test, word)
    assert popovers(test)[label.replace("4", "0")] is True
    assert f"Nobody to {word.split()[0].lower()}" in "".join(caption.value for caption in test.caption)
    with scheme.reading() as db:
        written = db.execute("SELECT recipient FROM messages WHERE kind = ? ORDER BY recipient", [kind]).fetchall()
    assert written == [(f"p{person}@example.org",) for person in range(1, 5)]


def test_times_are_those_of_the_scheme(scheme: Scheme, open_page: Page) -> None:
    """A letter sent half an hour before midnight UTC in summer has the next day's date in London."""
    queue(scheme, 1)
    settle(scheme, 1, "sent")
    with scheme.writing() as db:
        db.execute("UPDATE messages SET sent_at = '2026-06-30T23:30:00.000000+00:00'")
    (listed,) = open_page("emails").dataframe
    assert listed.value["When"].tolist() == [pd.Timestamp("2026-07-01 00:30")]
    assert "When (London time)" in listed.proto.columns


def test_letters_written_by_a_clock_that_was_ahead_are_sent_now(scheme: Scheme, open_page: Page) -> None:
    """Letters due in a year are said to be, with no promise for tomorrow, and go with one click; others wait on."""
    queue(scheme, 3)
    year, minutes = datetime.now(UTC) + timedelta(days=365), datetime.now(UTC) + timedelta(hours=16)
    with scheme.writing() as db:
        db.execute("UPDATE messages SET due_at = ?", [text_of(year)])
    test = open_page("emails")
    assert "3 letters are due more than a day from now" in said(test)
    assert "will be tried again" not in "".join(str(bar.proto) for bar in test.get("progress"))
    with scheme.writing() as db:
        db.execute("UPDATE messages SET due_at = ? WHERE id = 1", [text_of(minutes)])
    test = press(open_page("emails"), "Send now")
    assert "due more than a day from now" not in said(test)
    with scheme.reading() as db:
        assert len(posting.due(db, datetime.now(UTC), 9)) == 2
