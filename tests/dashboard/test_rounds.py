"""The Rounds page, as an organiser clicks through it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from coffee.dashboard.rounds.draft_dialogs import consequence
from coffee.dashboard.rounds.round_view import RoundView
from coffee.mail.letters.letter import Office
from coffee.rounds import life
from coffee.rounds.pool import gather
from coffee.scheme import Scheme, people, room
from coffee.scheme import rounds as kept

Open = Callable[[str], AppTest]
OFFICE = Office("http://localhost", "Ann", "ann@example.org", "Trial")
AWKWARD = ["O'Brien", "Siân", "李", "NA", "=cmd()", "<b>bold</b>", "$NAME", ":red[x] **y**"]


@pytest.fixture
def filled(scheme: Scheme, now: datetime) -> Scheme:
    """Eight people with awkward names from four organisations, one of 300 characters."""
    with scheme.writing() as db:
        for number, name in enumerate(AWKWARD):
            where = ["Devon", "Kent", "L" * 300, "<i>Fife</i>"][number % 4]
            details = {"name": name, "email": f"p{number}@example.org", "organisation": where}
            people.add(db, details, now=now)
    return scheme


def click(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    return button.click().run()


def sentence(page: AppTest) -> str:
    return page.markdown[0].value


def test_with_nobody_the_page_says_to_add_people_first(open_page: Open) -> None:
    """The button is off because nobody can be drawn."""
    page = open_page("rounds")
    assert "0 people can be drawn" in sentence(page)
    assert [button.disabled for button in page.button if button.label == "Generate round 1"] == [True]


def test_generating_shows_the_draft(filled: Scheme, open_page: Open) -> None:
    """One click draws; the sentence says what came of it, and every name is shown as it was typed."""
    page = click(open_page("rounds"), "Generate round 1")
    assert not page.exception
    assert sentence(page) == "Round 1 is a draft of 4 matches. Each is new and across organisations."
    shown = "".join(block.value for block in page.markdown).replace("\\", "")
    assert all(name in shown for name in AWKWARD)


def test_a_tweak_can_be_undone(filled: Scheme, open_page: Open, now: datetime) -> None:
    """After somebody else's tweak this page offers to undo it, and does."""
    round_id = life.generate(filled, now)
    with filled.reading() as db:
        first = life.draft(db, round_id).matches[0]
    life.tweak(filled, round_id, 2, "broke a match", lambda draft: draft.break_up(first), now)
    page = open_page("rounds")
    assert any("No match yet" in block.value for block in page.markdown)
    page = click(page, "Undo")
    assert not any("No match yet" in block.value for block in page.markdown)
    with filled.reading() as db:
        assert len(life.draft(db, round_id).matches) == 4


def test_a_match_whose_person_left_since_the_draw_needs_a_look(filled: Scheme, open_page: Open, now: datetime) -> None:
    """The sentence does not call it an old match or one within an organisation, which it is not."""
    life.generate(filled, now)
    with filled.writing() as db:
        people.leave(db, [1])
    said = sentence(open_page("rounds"))
    assert said == "Round 1 is a draft of 4 matches. 3 are new and across organisations; 1 needs a look."


def test_those_without_a_match_get_one_with_one_click(filled: Scheme, open_page: Open, now: datetime) -> None:
    """Broken matches are made anew by one button."""
    round_id = life.generate(filled, now)
    with filled.reading() as db:
        first = life.draft(db, round_id).matches[0]
    life.tweak(filled, round_id, 2, "broke a match", lambda draft: draft.break_up(first), now)
    page = click(open_page("rounds"), "Find matches for them")
    assert not page.exception
    with filled.reading() as db:
        assert len(life.draft(db, round_id).matches) == 4


def test_the_page_of_a_round_that_is_out_closes_and_opens_it(filled: Scheme, open_page: Open, now: datetime) -> None:
    """Closing asks first; once it is closed, Open round again is the undo."""
    round_id = life.generate(filled, now)
    life.publish(filled, round_id, 2, OFFICE, now)
    page = click(open_page("rounds"), "Close round")
    assert any("We do not know yet whether any match met" in block.value for block in page.markdown)
    life.close(filled, round_id, now)
    page = open_page("rounds")
    assert "Round 1 is closed: 0 of 4 matches met" in sentence(page)
    page = click(page, "Open round again")
    assert "Round 1 is out" in sentence(page)


def test_a_stale_click_is_told_and_the_newest_draft_shown(filled: Scheme, open_page: Open, now: datetime) -> None:
    """A button of an older state of the draft changes nothing and says whose change is shown."""
    round_id = life.generate(filled, now)
    page = open_page("rounds")
    with filled.writing() as db:
        found = kept.get(db, round_id)
        kept.save_draft(db, round_id, found.version, kept.arrangement(db, round_id), [], found.seed, found.certificate)
    page = click(page, "Draw again")
    assert not page.exception
    with filled.reading() as db:
        assert kept.get(db, round_id).version in (3, 4)


def test_a_launch_offers_to_draw_those_in_the_room(filled: Scheme, open_page: Open) -> None:
    """While a room has people in it, one click draws them alone; who has left is counted apart, the others left out."""
    at = datetime.now(UTC)
    with filled.writing() as db:
        room.open_room(db, at)
        for person in (1, 2, 3, 4, 5):
            room.enter(db, person, proven=True)
        people.leave(db, [5])
    assert "In the room and not drawn: 1." in open_page("rounds").caption[0].value
    page = click(open_page("rounds"), "Draw those in the room (4)")
    assert sentence(page) == "Round 1 is a draft of 2 matches. Each is new and across organisations."
    with filled.reading() as db:
        assert kept.left_out(db, 1) == {6, 7, 8}


def test_who_gave_another_name_in_the_room_is_let_in_by_a_click(filled: Scheme, open_page: Open) -> None:
    """Both names are shown below the button that draws, as they were typed, also while nobody else is there."""
    at = datetime.now(UTC)
    with filled.writing() as db:
        room.open_room(db, at)
        room.doubt(db, 8, "Robert *Smith*")
        room.doubt(db, 2, "Sean")
    page = open_page("rounds")
    assert doubts(page) == [
        "Robert *Smith* gave the address of :red[x] **y**, <i>Fife</i>. Let them in if they are here.",
        "Sean gave the address of Siân, Kent. Let them in if they are here.",
    ]
    page = click(page, "Let in Siân")
    assert not page.exception
    with filled.reading() as db:
        assert room.arrived(db, at) == {2}
    assert len(doubts(page)) == 1
    click(page, "Draw those in the room (1)")


def doubts(page: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in page.markdown if "gave the address" in one.value]


def test_once_the_room_is_drawn_another_draw_is_not_the_next_thing(filled: Scheme, open_page: Open) -> None:
    """The button stays, on top and quiet. Latecomers are matched with the others, whose talks go on, not drawn with
    them anew: the page says so first, and the dialog has them chosen already."""
    at = datetime.now(UTC)
    with filled.writing() as db:
        room.open_room(db, at)
        for person in (1, 2):
            room.enter(db, person, proven=True)
    life.publish(filled, life.generate(filled, at, only={1, 2}), 2, OFFICE, at)
    assert _primary(open_page("rounds")) == {"Draw those in the room (2)": False, "Generate round 2": False}
    with filled.writing() as db:
        room.enter(db, 3, proven=True)
    page = open_page("rounds")
    assert _primary(page) == {"Draw those in the room (3)": False, "Generate round 2": False}
    assert ":material/person_add: In the room without a match: 李" in [one.value for one in page.markdown]
    assert [button.label for button in page.button if button.proto.type == "primary"] == ["Find them a match"]
    page = click(page, "Find them a match")
    [choice] = [one for one in page.multiselect if one.label == "Join this round late"]
    assert choice.value == [3]
    with filled.writing() as db:
        db.execute("UPDATE rounds SET certificate = json_set(certificate, '$.sits_out', 3)")
        room.enter(db, 4, proven=True)
        db.execute("UPDATE matches SET cancelled_at = '' WHERE id IN (SELECT match_id FROM seats WHERE person_id = 1)")
    page = open_page("rounds")
    assert [line.value for line in page.markdown if "without a match" in line.value] == [
        ":material/person_add: In the room without a match: NA"
    ]


def _primary(page: AppTest) -> dict[str, bool]:
    """The buttons that draw, and whether each is the next thing to do."""
    drawing = [button for button in page.button if button.label.startswith(("Draw", "Generate"))]
    return {button.label: button.proto.type == "primary" for button in drawing}


def test_whom_letters_cannot_reach_is_said_before_the_draw_and_before_publishing(
    filled: Scheme, open_page: Open, now: datetime
) -> None:
    """People whose address was refused are named with a way to them, until they are paused; others are not."""

    def notices() -> list[str]:
        blocks = [block.value.replace("\\", "") for block in open_page("rounds").markdown]
        return [block for block in blocks if "cannot reach" in block]

    assert notices() == []
    with filled.writing() as db:
        people.cannot_reach(db, [6], "550 5.1.1 No such person")
        people.cannot_reach(db, [2], "550 5.1.1 No such person")
    (before,) = notices()
    why = "(550 5.1.1 No such person)"
    assert f"Letters cannot reach <b>bold</b> {why}, Siân {why}. Draws leave them out" in before
    life.generate(filled, now)
    assert notices() == [before]
    with filled.writing() as db:
        people.pause(db, [2, 6])
    assert notices() == []


def test_who_was_at_a_launch_and_never_confirmed_is_named(filled: Scheme, open_page: Open) -> None:
    """They fell out of the draws without a word of theirs, so the organiser is told, until they are back or confirm."""
    at = datetime.now(UTC)
    life.publish(filled, life.generate(filled, at), 2, OFFICE, at)

    def notices() -> list[str]:
        blocks = [block.value.replace("\\", "") for block in open_page("rounds").markdown]
        return [block for block in blocks if "until they confirm" in block]

    assert notices() == []
    with filled.writing() as db:
        people.unconfirm(db, [6, 2])
        people.add(db, {"name": "New", "email": "n@x.example", "organisation": "K"}, now=at, status="unconfirmed")
    assert "confirm their address: <b>bold</b>, Siân. They joined" in notices()[0]
    with filled.writing() as db:
        people.reactivate(db, [6, 2])
    assert notices() == []


def test_a_tweak_says_what_it_does_to_the_draft(filled: Scheme, now: datetime) -> None:
    """Putting two of one organisation together costs a shared organisation, or two; locking costs nothing."""
    round_id = life.generate(filled, now)
    with filled.reading() as db:
        draft, pool = life.draft(db, round_id), gather(db, now.date())
        view = RoundView(kept.get(db, round_id), draft, pool, (), None, ())
    assert "more shared organisation" in consequence(view, "put two together", lambda d: d.put_together(1, 5))
    assert consequence(view, "locked a match", lambda d: d.lock(d.matches[0])) == "Locked a match."
    broken = consequence(view, "broke a match", lambda d: d.break_up(d.of(1)))
    one, other = (view.name(person) for person in sorted(draft.of(1).people))
    assert broken == f"Broke a match. {one} and {other} have no match yet."
