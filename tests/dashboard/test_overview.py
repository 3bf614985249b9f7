"""The overview, and what it offers first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from coffee.mail.letters.letter import Office
from coffee.mail.post import actions
from coffee.people import service
from coffee.place import today
from coffee.rounds.pool import gather
from coffee.scheme import Scheme, answers, clock, open_scheme, opt_outs, rounds, settings
from coffee.scheme import people as known
from coffee.scheme.answers import Answer

Open = Callable[..., AppTest]
Fill = Callable[..., None]


def test_an_empty_scheme_offers_two_ways_in(open_page: Open) -> None:
    """Upload a roster, or open the sample scheme."""
    page = open_page("overview")
    assert [button.label for button in page.button if button.label != "Sign out"] == [
        "Upload a roster",
        "Open the sample scheme",
    ]


def test_the_sample_is_in_a_file_of_its_own(scheme: Scheme, open_page: Open) -> None:
    """Opening the sample writes sample.db beside the scheme, which stays empty, and shows it until told otherwise."""
    page = open_page("overview")
    page = next(button for button in page.button if button.label == "Open the sample scheme").click().run()
    assert not page.exception
    assert any("This is the sample scheme" in block.value for block in page.markdown)
    with open_scheme(Path(scheme.path).with_name("sample.db")).reading() as db:
        assert settings.get(db, "sample") is True
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM people").fetchone()[0] == 0
    page = next(button for button in page.button if button.label == "Go to my own scheme").click().run()
    assert any("Nobody is here yet" in block.value for block in page.markdown)


def test_the_button_that_says_generate_draws_the_round(scheme: Scheme, open_page: Open, now: datetime) -> None:
    """One click, and the draft is on the page that follows."""
    for name in ("Ann", "Bob"):
        service.add(scheme, {"name": name, "email": f"{name}@x.example", "organisation": name}, now)
    page = open_page("overview")
    page = next(button for button in page.button if button.label == "Generate round 1").click().run()
    assert not page.exception
    with scheme.reading() as db:
        assert rounds.rounds(db)["state"].tolist() == ["draft"]
    assert page.title[0].value == "Rounds"


def test_a_press_counts_though_the_next_step_is_another_by_then(
    scheme: Scheme, fill: Fill, open_page: Open, now: datetime
) -> None:
    """Somebody sends a letter between the page and the press: the organiser comes to the round they wanted to see."""
    fill(["Devon", "Kent"], [[((0, 1), None)]])
    page = open_page("overview")
    (button,) = [button for button in page.button if button.label == "Follow round 1"]
    actions.send_test(scheme, Office.of("Ann Lee <ann@coffee.example>", "https://coffee.example", "Coffee"), now)
    assert "See the letters" in [button.label for button in open_page("overview").button]
    assert button.click().run().title[0].value == "Rounds"


def test_a_round_that_was_drawn_meanwhile_is_not_drawn_again(
    scheme: Scheme, fill: Fill, open_page: Open, now: datetime
) -> None:
    """A colleague drew it, published it and closed it: the press draws no further round, and says why."""
    fill(["Devon", "Kent"], [])
    page = open_page("overview")
    (button,) = [button for button in page.button if button.label == "Generate round 1"]
    with scheme.writing() as db:
        rounds.close(db, rounds.begin(db, 1, now), now)
    page = button.click().run()
    assert page.error[0].value.startswith("Round 1 was drawn meanwhile")
    with scheme.reading() as db:
        assert rounds.rounds(db)["number"].tolist() == [1]


def test_it_counts_whom_a_draw_would_have(scheme: Scheme, fill: Fill, open_page: Open, now: datetime) -> None:
    """Neither somebody whom letters cannot reach nor somebody who skips the next round is said to be drawable."""
    fill(["A", "B", "C", "D"], [])
    with scheme.writing() as db:
        known.cannot_reach(db, [1], "No such user.")
        opt_outs.skip(db, 2, 1)
    page = open_page("overview")
    assert {metric.label: metric.delta for metric in page.metric}["People"] == "2 can be drawn"
    with scheme.reading() as db:
        assert len(gather(db, today(db, now)).people) == 2


def test_who_cannot_meet_is_the_next_thing_to_do(scheme: Scheme, fill: Fill, open_page: Open, now: datetime) -> None:
    """In the newest round that is out, also beside a newer draft: one click to their round, where the banner names the
    same people. People known to have met are not counted, nor people who could not in an older round."""
    fill(["A", "B", "C", "D"], [[((0, 3), None)], [((0, 1), Answer("not yet")), ((2, 3), None)]])
    with scheme.writing() as db:
        opt_outs.cannot(db, 1, 4, now)
        opt_outs.cannot(db, 2, 2, now)
        known.leave(db, [3])
        rounds.begin(db, 1, now)
    page = open_page("overview")
    assert page.markdown[0].value == "2 people cannot meet in round 2. Find their partners new matches."
    page = next(button for button in page.button if button.label == "Find new matches").click().run()
    assert not page.exception
    assert page.title[0].value == "Rounds"
    assert page.selectbox(key="round").value == 2
    said = [element.value for element in page.markdown if "Cannot meet this time" in element.value]
    assert said == [":material/person_alert: Cannot meet this time: Person 3, Person 2"]
    with scheme.writing() as db:
        answers.save(db, 2, 1, Answer("no"), now)
    assert open_page("overview").markdown[0].value == "1 person cannot meet in round 2. Find their partner a new match."
    with scheme.writing() as db:
        rounds.close(db, 2, now)
        rounds.close(db, 1, now)
    assert "cannot meet" not in open_page("overview").markdown[0].value


def test_who_was_drawn_and_never_confirmed_is_named(scheme: Scheme, open_page: Open, fill: Fill) -> None:
    """Overview and Rounds name them and say what to do; People shows them alone, and what proves an address."""
    fill(["Devon", "Kent", "Fife"], [[((0, 1), None)]])
    with scheme.writing() as db:
        known.unconfirm(db, [1, 3])
    for noun in ("overview", "rounds"):
        [said] = [block.value for block in open_page(noun).markdown if "Not drawn until they confirm" in block.value]
        assert "Person 1" in said
        assert "Person 3" not in said
        assert "one reminder" in said
    page = open_page("people", status="Not confirmed 2")
    assert any("Any form that they send through a link in our letters" in caption.value for caption in page.caption)


def test_a_clock_that_was_ahead_is_said_until_the_organiser_confirms_it(
    scheme: Scheme, open_page: Open, fill: Fill
) -> None:
    """Overview gives both days, and one click settles it."""
    fill(["Devon", "Leeds"], [])
    now = datetime.now(UTC)
    for moment in (now, now + timedelta(days=730), now):
        with scheme.writing() as db:
            clock.note(db, moment)
    page = open_page("overview")
    (told,) = [block.value for block in page.markdown if "The clock of this computer may be wrong" in block.value]
    assert f"earlier it said {(now + timedelta(days=730)).day}" in told
    (right,) = [button for button in page.button if button.label == "The time is right now"]
    page = right.click().run()
    assert not page.exception
    assert not [block.value for block in page.markdown if "The clock of this computer" in block.value]


def test_a_pause_of_three_months_is_said_to_delete_nothing_yet(scheme: Scheme, open_page: Open, fill: Fill) -> None:
    """The organiser reads why old sign-ups stay for another day."""
    fill(["Devon", "Leeds"], [])
    with scheme.writing() as db:
        clock.note(db, datetime.now(UTC) - timedelta(days=90))
    assert "nothing old is deleted" in "".join(caption.value for caption in open_page("overview").caption)
