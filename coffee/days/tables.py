"""Columns of moments, as they are shown and exported. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from coffee.days.place import Place


def on_the_clock(place: Place, times: pd.Series) -> pd.Series:
    """Moments, ISO 8601 or '' for none, as the clock there shows them."""
    moments = pd.to_datetime(times.replace("", None), utc=True, format="ISO8601")
    return moments.dt.tz_convert(place.zone).dt.tz_localize(None)


def exported(place: Place, table: pd.DataFrame) -> pd.DataFrame:
    """The table with every moment (`…_at`, ISO 8601 or '') in the time there, its offset behind it."""
    moments = [name for name in table if str(name).endswith("_at")]
    return table.assign(**{str(name): table[name].map(lambda text: _moved(place, text)) for name in moments})


def exported_record(place: Place, record: Any) -> Any:
    """The same for what becomes JSON, however deep its moments are."""
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
