"""The scheme's country and time zone, and what follows from them. Pure."""

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

    `country` is ISO 3166-1, with the part of the country after a hyphen where the library `holidays` has one ("GB-ENG",
    "IE"); `zone` is a name in the IANA database.
    """

    country: str = "GB-ENG"
    zone: str = "Europe/London"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Place":
        """Read a place from the scheme's settings; England and London time by default."""
        return cls(stored.get("country") or cls.country, stored.get("zone") or cls.zone)

    @property
    def region(self) -> str:
        """The country without its part, as phonenumbers takes it: "GB"."""
        return self.country.partition("-")[0]

    @property
    def part(self) -> str | None:
        """The part of the country, "ENG"; None for the whole."""
        return self.country.partition("-")[2] or None

    @property
    def day_first(self) -> bool:
        """Return whether people here write 7 April as 07/04 (CLDR). Also true where they begin with the year."""
        try:
            short = get_date_format("short", Locale.parse(f"und_{self.region}"))
        except UnknownLocaleError:
            return True
        return not short.pattern.startswith("M")

    @property
    def clock(self) -> str:
        """The name people use for the time here: "London time"."""
        return f"{self.zone.rpartition('/')[2].replace('_', ' ')} time"

    def local(self, moment: datetime) -> datetime:
        """Convert a moment to the time here."""
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, moment: datetime) -> date:
        """Return the day of a moment here."""
        return self.local(moment).date()

    def moment(self, day: date, hour: int) -> datetime:
        """Return this hour of the day here, in UTC.

        A skipped hour becomes the hour after it; of a repeated hour it is the first (PEP 495).
        """
        return datetime.combine(day, time(hour), ZoneInfo(self.zone)).astimezone(UTC)


ENGLAND = Place()
