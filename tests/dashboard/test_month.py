"""A month by itself on the Settings page, and what the overview says of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coffee.automation import state
from coffee.automation.run import take_due_steps
from coffee.automation.schedule import Plan
from coffee.config.environment import load
from coffee.dashboard import frame
from coffee.scheme import Scheme, people
from coffee.scheme import settings as kept

Page = Callable[..., AppTest]
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)  # a Monday


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Turns the pages' clock; it stands at Monday 2 March 2026 to begin with."""

    def turn(now: datetime) -> None:
        monkeypatch.setattr(frame, "now", lambda: now)

    turn(NOW)
    return turn


def plan(scheme: Scheme) -> Plan | None:
    with scheme.reading() as db:
        return state.chosen(db)


def changes(scheme: Scheme) -> dict[date, date | None]:
    chosen = plan(scheme)
    assert chosen is not None
    return dict(chosen.changes)


def texts(page: AppTest) -> str:
    return " ".join(block.value for block in [*page.markdown, *page.warning]).replace("\\", "")


def press(page: AppTest, name: str) -> AppTest:
    return page.button(key=f"settings-{name}").click().run()


def field(page: AppTest, label: str) -> Any:
    kinds = (page.toggle, page.selectbox, page.number_input, page.radio)
    return next(found for kind in kinds for found in kind if found.label == label)


def test_it_is_off_until_the_organiser_turns_it_on(scheme: Scheme, open_page: Page, clock: object) -> None:
    """Off, one switch is all there is to see; turned on and saved, it says when the first round is drawn."""
    settings = open_page("settings")
    assert "Draw every (weeks)" not in [found.label for found in settings.number_input]
    settings = field(settings, "Run by itself").set_value(True).run()
    assert "Round 1 is drawn on Tue 3 March at 09:00 (London time), the others every 4 weeks on Tuesday." in texts(
        settings
    )
    assert plan(scheme) is None
    settings = settings.button(key="settings-save-month").click().run()
    assert not settings.exception
    chosen = plan(scheme)
    assert chosen
    assert chosen.on
    assert chosen.next_draw(NOW) == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_every_choice_is_kept_and_shown_again(scheme: Scheme, open_page: Page, clock: object) -> None:
    """Each field goes into the plan, and comes back from it when the page is opened anew."""
    settings = field(open_page("settings"), "Run by itself").set_value(True).run()
    wanted = {
        "Draw every (weeks)": 6, "Time": 14, "Day": 3, "Remind after (days)": 5,
        "Ask after (days)": 0, "Close after (days)": 20, "When a round is drawn": False,
        "Tell everybody what came of a round, an hour after it closes": False,
    }  # fmt: skip
    for label, value in wanted.items():
        settings = field(settings, label).set_value(value).run()
    later = field(settings, "Next draw")
    settings = later.select_index(2).run()
    settings = settings.button(key="settings-save-month").click().run()
    assert not settings.exception
    chosen = plan(scheme)
    assert chosen
    assert (chosen.weeks, chosen.hour, chosen.approval) == (6, 14, False)
    assert (chosen.remind, chosen.ask, chosen.close, chosen.news, chosen.report) == (5, None, 20, False, True)
    assert chosen.next_draw(NOW) == datetime(2026, 3, 19, 14, tzinfo=UTC)
    again = open_page("settings")
    for label, value in wanted.items():
        assert field(again, label).value == value
    again.button(key="settings-save-month").click().run()
    assert plan(scheme) == chosen


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Remind after (days)", 20, "reminded first, then asked, then closed"),
        ("Close after (days)", 40, "drawn 28 days after the last"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    scheme: Scheme, open_page: Page, clock: object, label: str, value: int, sentence: str
) -> None:
    """The sentence says what to change, and nothing is saved."""
    settings = field(open_page("settings"), "Run by itself").set_value(True).run()
    settings = field(settings, label).set_value(value).run()
    settings = settings.button(key="settings-save-month").click().run()
    assert sentence in settings.error[0].value.replace("\\", "")
    assert plan(scheme) is None


@pytest.mark.parametrize("section", ["scheme", "notices", "month"])
def test_any_save_keeps_the_month_and_all_that_was_typed(
    scheme: Scheme, open_page: Page, clock: object, section: str
) -> None:
    """A name is typed and the month is turned on: whichever Save is pressed, both are kept and the page says so."""
    page = open_page("settings")
    page.text_input[0].set_value("Unmentoring").run()
    page = field(page, "Run by itself").set_value(True).run()
    page = page.button(key=f"settings-save-{section}").click().run()
    assert [toast.value for toast in page.toast] == ["Saved\\. The scheme runs by itself\\."]
    chosen = plan(scheme)
    assert chosen
    assert chosen.on
    with scheme.reading() as db:
        assert kept.get(db, "title") == "Unmentoring"


def test_what_is_not_saved_says_so_and_waits(scheme: Scheme, open_page: Page, clock: object) -> None:
    """A month turned on is not running before Save: the page says so, and it waits while the organiser is elsewhere."""
    page = open_page("settings")
    assert "Not saved yet" not in texts(page)
    page = field(page, "Run by itself").set_value(True).run()
    page.text_input[0].set_value("Unmentoring").run()
    for elsewhere in (True, False):
        page.session_state["elsewhere"] = elsewhere
        page.run()
    assert (field(page, "Run by itself").value, page.text_input[0].value) == (True, "Unmentoring")
    assert "Not saved yet. Nothing happens by itself until you save." in texts(page)
    assert plan(scheme) is None
    page = page.button(key="settings-discard-month").click().run()
    assert (field(page, "Run by itself").value, page.text_input[0].value) == (False, "Unmentoring")
    page = page.button(key="settings-save-scheme").click().run()
    assert "Not saved yet" not in texts(page)


def test_a_field_nobody_touched_follows_another_organiser(scheme: Scheme, open_page: Page, clock: object) -> None:
    """A colleague's settings appear in untouched fields; typed text stays, and one Save keeps both."""
    page = open_page("settings")
    page.text_input[0].set_value("Unmentoring").run()
    with scheme.writing() as db:
        kept.put(db, "silo", "council")
        kept.put(db, "title", "Theirs")
    page.run()
    assert [found.value for found in page.text_input[:2]] == ["Unmentoring", "council"]
    page.button(key="settings-save-scheme").click().run()
    with scheme.reading() as db:
        assert (kept.get(db, "title"), kept.get(db, "silo")) == ("Unmentoring", "council")


def test_a_fault_in_one_section_keeps_back_all(scheme: Scheme, open_page: Page, clock: object) -> None:
    """Days that make no sense are refused by every Save: nothing is half saved, and what was typed stays."""
    page = open_page("settings")
    page.text_input[0].set_value("Unmentoring").run()
    page = field(page, "Run by itself").set_value(True).run()
    page = field(page, "Remind after (days)").set_value(20).run()
    page = page.button(key="settings-save-scheme").click().run()
    assert "Nothing was saved" in page.error[0].value.replace("\\", "")
    assert (plan(scheme), page.text_input[0].value) == (None, "Unmentoring")
    with scheme.reading() as db:
        assert kept.get(db, "title") is None


def test_the_overview_says_what_happens_next_and_when(
    scheme: Scheme, open_page: Page, clock: Callable[[datetime], None]
) -> None:
    """Before the draw, while the draft waits, after it is turned off; and what could not be done."""
    with scheme.writing() as db:
        state.choose(db, Plan(first=datetime(2026, 3, 3, tzinfo=UTC).date(), since=NOW, on=True))
        people.add(db, {"name": "A", "email": "a@x.example", "organisation": "Kent"}, now=NOW)
    assert "By itself: round 1 is drawn on Tue 3 March at 09:00 (London time)." in texts(open_page("overview"))
    draw = NOW + timedelta(days=1)
    clock(draw)
    take_due_steps(scheme, load(), draw)
    assert "Round 1 could not be drawn. A round needs at least two active people" in texts(open_page("overview"))
    with scheme.writing() as db:
        people.add(db, {"name": "B", "email": "b@x.example", "organisation": "Devon"}, now=NOW)
    take_due_steps(scheme, load(), draw + timedelta(minutes=10))
    shown = texts(open_page("overview"))
    assert "Round 1 waits for your approval: publish it when it looks right." in shown
    assert "By itself: round 2 is drawn on Tue 31 March at 09:00 (London time)." in shown
    assert "could not" not in shown
    settings = field(open_page("settings"), "Run by itself").set_value(False).run()
    settings.button(key="settings-save-month").click().run()
    assert "By itself" not in texts(open_page("overview"))


def test_the_first_tuesday_of_the_month(scheme: Scheme, open_page: Page, clock: object) -> None:
    """Once a month is kept and shown again; the days on offer for the next draw are first Tuesdays alone."""
    page = field(open_page("settings"), "Run by itself").set_value(True).run()
    page = field(page, "How often").set_value(1).run()
    assert "Draw every (weeks)" not in [found.label for found in page.number_input]
    assert field(page, "Next draw").options[:3] == ["Tue 3 March", "Tue 7 April", "Tue 5 May"]
    page = field(page, "Next draw").select_index(1).run()
    assert "Round 1 is drawn on Tue 7 April at 09:00 (London time), the others on the first Tuesday" in texts(page)
    page = press(page, "save-month")
    assert not page.exception
    chosen = plan(scheme)
    assert chosen
    assert (chosen.nth, chosen.next_draw(NOW).day) == (1, 7)
    assert field(open_page("settings"), "How often").value == 1


def test_a_holiday_moves_the_draw_and_the_calendar_says_so(
    scheme: Scheme, open_page: Page, clock: Callable[[datetime], None]
) -> None:
    """On Settings and on the overview a draw that is due on Christmas Day is on the next working day, with the reason.
    Saturdays are not on offer."""
    with scheme.writing() as db:
        state.choose(db, Plan(first=date(2026, 12, 25), since=NOW, on=True))
        people.add(db, {"name": "A", "email": "a@x.example", "organisation": "Kent"}, now=NOW)
    clock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    said = "Round 1 on Tue 29 December, because Fri 25 December is Christmas Day"
    settings = open_page("settings")
    assert said in texts(settings)
    assert list(field(settings, "Day").options) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    overview = open_page("overview")
    assert "round 1 is drawn on Tue 29 December at 09:00" in texts(overview)
    assert f"Coming draws: {said}; Round 2 on Fri 22 January" in " ".join(
        found.value.replace("\\", "") for found in overview.caption
    )


def test_a_date_is_dropped_and_put_back(scheme: Scheme, open_page: Page, clock: object) -> None:
    """One press each. A date that is not saved yet has no such buttons; another rhythm forgets what was changed."""
    with scheme.writing() as db:
        state.choose(db, Plan(first=date(2026, 3, 3), since=NOW, on=True))
    page = press(open_page("settings"), "drop-2026-03-31")
    assert "No draw on Tue 31 March" in texts(page)
    assert "Round 2 on Tue 28 April" in texts(page)
    assert changes(scheme) == {date(2026, 3, 31): None}
    page = press(page, "undo-2026-03-31")
    assert ("No draw" in texts(page), "Round 2 on Tue 31 March" in texts(page)) == (False, True)
    assert changes(scheme) == {}
    page = press(page, "drop-2026-03-31")
    page = field(page, "Draw every (weeks)").set_value(6).run()
    assert not [button for button in page.button if button.label in ("Drop", "Move…")]
    press(page, "save-month")
    assert changes(scheme) == {}
