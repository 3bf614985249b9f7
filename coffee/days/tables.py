"""Columns of moments, for screens and exports. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from coffee.days.place import Place


def on_the_clock(place: Place, times: pd.Series) -> pd.Series:
    """Show moments (ISO 8601, or '' for none) in the time there."""
    moments = pd.to_datetime(times.replace("", None), utc=True, format="ISO8601")
    return moments.dt.tz_convert(place.zone).dt.tz_localize(None)


def exported(place: Place, table: pd.DataFrame) -> pd.DataFrame:
    """Convert every moment in a table (columns `…_at`, ISO 8601 or '') to the time there, with its offset."""
    moments = [name for name in table if str(name).endswith("_at")]
    return table.assign(**{str(name): table[name].map(lambda text: _moved(place, text)) for name in moments})


def exported_record(place: Place, record: Any) -> Any:
    """Convert the moments in a record for JSON, at any depth."""
    match record:
        case Mapping():
            return {
                name: _moved(place, value) if name == "at" or name.endswith("_at") else exported_record(place, value)
                for name, value in record.items()
            }
        case list():
            return [exported_record(place, value) for value in record]
        case _:
            return record


def _moved(place: Place, text: str | None) -> str | None:
    return place.local(datetime.fromisoformat(text)).isoformat() if text else text
