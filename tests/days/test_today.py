"""Half past eleven at night in UTC on 30 June is half past midnight on 1 July in London: that day counts."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee import exports
from coffee.config.environment import Environment
from coffee.config.sender import office
from coffee.days import tables, words
from coffee.days.place import Place
from coffee.rounds import life
from coffee.scheme import Scheme, people
from coffee.scheme import rounds as kept

NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


@pytest.fixture
def out(scheme: Scheme) -> Scheme:
    """A round of two people that went out on that night; one of them was paused until 1 July."""
    with scheme.writing() as db:
        for name in ("Ann", "Siân"):
            people.add(db, {"name": name, "email": f"{len(name)}@x.example", "organisation": name}, now=NIGHT)
        people.pause(db, [1], date(2026, 7, 1))
    round_id = life.generate(scheme, NIGHT)
    with scheme.reading() as db:
        signed = office(db, Environment(scheme.path, "https://coffee.example", sender="Ann <ann@x.example>"))
        version = kept.get(db, round_id).version
    life.publish(scheme, round_id, version, signed, NIGHT)
    return scheme


def test_a_pause_ends_at_midnight_here(out: Scheme) -> None:
    """Paused until 1 July, somebody is drawn half an hour into it, though it is still June in UTC."""
    with out.reading() as db:
        assert set(kept.seats(db, 1)["person"]) == {1, 2}


def test_letters_are_dated_here(out: Scheme) -> None:
    """A letter's Date has the clock of the scheme, with its distance from UTC."""
    with out.reading() as db:
        (letter,) = db.execute("SELECT letter FROM messages LIMIT 1").fetchone()
    assert message_from_bytes(letter)["Date"] == "Wed, 01 Jul 2026 00:30:00 +0100"


def test_exports_have_the_days_of_the_scheme(out: Scheme) -> None:
    """Times in exported files begin with the day they were here, and are the same moments."""
    with out.reading() as db:
        found = exports.table(db, "messages", NIGHT)
    assert found["queued_at"].tolist() == ["2026-07-01T00:30:00+01:00"] * 2


@given(st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)).map(lambda away: NIGHT + away))
def test_moving_a_moment_keeps_it(moment: datetime) -> None:
    """Whatever the zone, an exported time is the same moment, and shown without its offset it is the clock there."""
    for zone in ("Europe/London", "America/St_Johns", "Pacific/Apia"):
        here = Place(zone=zone)
        table = tables.exported(here, pd.DataFrame({"sent_at": [moment.isoformat(), ""]}))
        assert datetime.fromisoformat(table["sent_at"][0]) == moment
        assert table["sent_at"][1] == ""
        shown = tables.on_the_clock(here, pd.Series([moment.isoformat(), ""]))
        assert shown[0] == pd.Timestamp(here.local(moment).replace(tzinfo=None))


def test_days_and_times_in_words() -> None:
    """As people in Britain say them, with the zone behind every time."""
    here, later = Place(), NIGHT + timedelta(hours=9)
    assert words.dated(here.day(NIGHT)) == "Wed 1 July 2026"
    assert words.when(here, later) == "Wed 1 July at 09:30 (London time)"
    assert words.clock(Place(zone="America/New_York"), later) == "04:30 (New York time)"
