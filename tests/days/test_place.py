"""A scheme's place, and what follows from it."""

from datetime import UTC, date, datetime
from pathlib import Path

import phonenumbers
import pytest
from sqlite_utils import Database

from coffee.automation import state
from coffee.dashboard.settings import place_fields
from coffee.days.place import Place
from coffee.place import place
from coffee.scheme import Scheme, open_scheme, settings
from coffee.scheme.connect import APPLICATION_ID
from coffee.scheme.migrations import migrations


def test_a_scheme_is_in_england_until_somebody_says_otherwise(scheme: Scheme) -> None:
    """A new scheme goes by London's time and England's holidays, dials as in Britain and writes days first."""
    with scheme.writing() as db:
        here = place(db)
        assert (here.country, here.zone, here.region, here.day_first) == ("GB-ENG", "Europe/London", "GB", True)
        settings.put(db, "country", "US-NY")
        settings.put(db, "zone", "America/New_York")
        there = place(db)
    assert (there.country, there.zone, there.region, there.day_first) == ("US-NY", "America/New_York", "US", False)


@pytest.mark.parametrize(("country", "day_first"), [("IE", True), ("SE", True), ("PH", False), ("BQ", True)])
def test_days_come_first_where_people_write_so(country: str, day_first: bool) -> None:
    """Also where people begin with the year, and where nobody has written down how they do it."""
    assert Place(country).day_first == day_first


def test_every_country_on_offer_can_be_dialled() -> None:
    """Each place that can be chosen is a region of the telephone network and says how it writes days."""
    for code in place_fields.countries():
        assert phonenumbers.country_code_for_region(Place(code).region), code
        assert Place(code).day_first in (True, False)


def test_a_day_is_a_day_here() -> None:
    """Half past eleven at night in UTC is tomorrow in summer's London, and was today in winter's."""
    assert Place().day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert Place().day(datetime(2026, 12, 30, 23, 30, tzinfo=UTC)) == date(2026, 12, 30)
    assert Place(zone="America/New_York").day(datetime(2026, 7, 1, 2, tzinfo=UTC)) == date(2026, 6, 30)


def test_a_month_of_an_older_file_hands_its_zone_to_the_scheme(tmp_path: Path) -> None:
    """A file whose plan had a time zone opens with that zone for the whole scheme, and its plan goes on."""
    path = tmp_path / "old.db"
    old = {"first": "2026-03-03", "since": "2026-03-01T00:00:00+00:00", "on": True, "zone": "Asia/Kolkata"}
    db = Database(path, strict=True)
    migrations.apply(db, stop_before="0011_zone_of_the_scheme")
    settings.put(db, "month", old)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.conn.commit()
    db.close()
    with open_scheme(path).reading() as db:
        plan = state.chosen(db)
        assert plan
        assert (place(db).zone, plan.place.zone, plan.on) == ("Asia/Kolkata", "Asia/Kolkata", True)
        assert plan.next_draw(plan.since) == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
        assert "zone" not in settings.get(db, "month")
