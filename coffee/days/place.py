"""The place a scheme is in, and what follows from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format


@dataclass(frozen=True)
class Place:
    """A country and a time zone. Every day that is decided on or shown is a day here.

    `country` is ISO 3166-1, with the part of the country behind a hyphen where the library `holidays` has one
    ("GB-ENG", "IE"); `zone` is a name of the IANA database.
    """

    country: str = "GB-ENG"
    zone: str = "Europe/London"

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Place":
        """From the scheme's settings, by name; England and London's time where nothing was chosen."""
        return cls(kept.get("country") or cls.country, kept.get("zone") or cls.zone)

    @property
    def region(self) -> str:
        """The country without its part, as phonenumbers wants it: "GB"."""
        return self.country.partition("-")[0]

    @property
    def part(self) -> str | None:
        """The part of the country, "ENG"; None for the whole."""
        return self.country.partition("-")[2] or None

    @property
    def day_first(self) -> bool:
        """Whether people here write 7 April as 07/04 (CLDR). True where they begin with the year."""
        try:
            short = get_date_format("short", Locale.parse(f"und_{self.region}"))
        except UnknownLocaleError:
            return True
        return not short.pattern.startswith("M")

    @property
    def clock(self) -> str:
        """The time that clocks here show, as people call it: "London time"."""
        return f"{self.zone.rpartition('/')[2].replace('_', ' ')} time"

    def local(self, moment: datetime) -> datetime:
        """The moment on the clock here."""
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, moment: datetime) -> date:
        """The day that the moment belongs to here."""
        return self.local(moment).date()

    def moment(self, day: date, hour: int) -> datetime:
        """That hour of the day here, in UTC.

        An hour that the clocks skip is the hour after it; of one that comes twice it is the first (PEP 495).
        """
        return datetime.combine(day, time(hour), ZoneInfo(self.zone)).astimezone(UTC)


ENGLAND = Place()
