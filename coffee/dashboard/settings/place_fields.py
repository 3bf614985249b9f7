"""The fields for the scheme's country and time zone."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

import holidays
import streamlit as st
from babel import Locale
from phonenumbers import SUPPORTED_REGIONS

from coffee.dashboard import controls
from coffee.days.place import Place

FIRST = {
    "GB-ENG": "England", "GB-WLS": "Wales", "GB-SCT": "Scotland", "GB-NIR": "Northern Ireland", "IE": "Ireland",
}  # fmt: skip


def fields(saved: dict[str, Any]) -> dict[str, Any]:
    """Show the two fields. Return their values by the settings' names."""
    here = Place.of(saved)
    names = {here.country: here.country} | countries()
    zones = list(dict.fromkeys([*_zones(), here.zone]))
    return {
        "country": controls.one(
            st.selectbox, "Country", list(names), "scheme-country", here.country, stays="for the session",
            format_func=names.__getitem__,
            help="Its public holidays are no days for a draw or a meeting. Telephone numbers and dates are read as "
            "people write them there.",
        ),
        "zone": controls.one(
            st.selectbox, "Time zone", zones, "scheme-zone", here.zone, stays="for the session",
            help="A day begins and ends at midnight here.",
        ),
    }  # fmt: skip


@cache
def countries() -> dict[str, str]:
    """Return the name of each place with known holidays by its code, nearby ones first, then by name."""
    others: dict[str, str] = {}
    territories = Locale("en").territories
    for country, parts in holidays.list_supported_countries(include_aliases=False).items():
        if country in SUPPORTED_REGIONS and country != "GB":  # nobody lives in the others
            name = territories.get(country, country)
            called = holidays.country_holidays(country).get_subdivision_aliases() if parts else {}
            others[country] = name
            others |= {f"{country}-{part}": f"{name}, {(called.get(part) or [part])[0]}" for part in parts}
    return FIRST | dict(sorted(others.items(), key=lambda item: item[1]))


@cache
def _zones() -> list[str]:
    return ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]
