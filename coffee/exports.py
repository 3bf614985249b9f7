"""The scheme as tables to export, with days and times where the scheme is."""

from datetime import datetime

import pandas as pd
from sqlite_utils import Database

from coffee.days import tables as moments
from coffee.place import place
from coffee.roster.csv_out import for_excel, people_table
from coffee.scheme import Scheme, people, tables


def table(db: Database, what: str, now: datetime) -> pd.DataFrame:
    """Return the people, matches, messages or answers, to write with `coffee.roster.csv_out`.

    A roster made of the people imports again unchanged.
    """
    here = place(db)
    found = people_table(people.everyone(db, here.day(now))) if what == "people" else tables.READ[what](db)
    return moments.exported(here, found)


def download(scheme: Scheme, what: str, now: datetime) -> bytes:
    """Return the same as a CSV file that Excel opens."""
    with scheme.reading() as db:
        return for_excel(table(db, what, now))
