"""Working days: days that are neither public holidays nor at a weekend where the scheme is. Pure."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from coffee.days.place import Place

A_DAY = timedelta(days=1)
ENGLISH = ("en_GB", "en_US")


def day_off(place: Place, day: date) -> str:
    """Return why people do not work on this day: "Christmas Day", "a Saturday"; '' when they do."""
    calendar = _calendar(place.region, place.part, day.year)
    return str(calendar.get(day) or ("" if calendar.is_working_day(day) else f"a {day:%A}"))


def working_day(place: Place, day: date) -> date:
    """Return the day, or the next working day when people do not work on it."""
    while day_off(place, day):
        day += A_DAY
    return day


def working_days_before(place: Place, day: date, count: int) -> date:
    """Return the working day that is so many working days before this one."""
    while count:
        day -= A_DAY
        count -= not day_off(place, day)
    return day


def weekend(place: Place, year: int) -> set[int]:
    """Return the weekdays of that year's weekends; Monday is 0."""
    return set(_calendar(place.region, place.part, year).weekend)


@lru_cache(maxsize=64)
def _calendar(region: str, part: str | None, year: int) -> HolidayBase:
    """Return one year's holidays, complete before it is shared: the library would add further years as it is asked."""
    try:
        spoken = country_holidays(region, subdiv=part).supported_languages
    except NotImplementedError:  # the library has dropped it: its country's days remain, or else weekends
        return _calendar(region, None, year) if part else HolidayBase(years=year, expand=False)
    language = next((known for known in ENGLISH if known in spoken), None)
    return country_holidays(region, subdiv=part, years=year, expand=False, language=language)
