"""Reading spreadsheets: file → sheet → table → row → cell, each fault in plain English. Pure.

sheets = open_file(data, "people.xlsx")
people = table(likeliest(sheets))
roster = read(people, guess(people.headers, [row for _, row in people.lines]))
preview = compare(roster, existing)
"""

from coffee.roster.columns import Field, guess
from coffee.roster.compare import Preview, compare
from coffee.roster.errors import RosterError
from coffee.roster.roster import Roster, Row, odd_date, read
from coffee.roster.sheets import Sheet, open_file
from coffee.roster.table import Table, likeliest, table
from coffee.roster.workbook import is_workbook

__all__ = [
    "Field",
    "Preview",
    "Roster",
    "RosterError",
    "Row",
    "Sheet",
    "Table",
    "compare",
    "guess",
    "is_workbook",
    "likeliest",
    "odd_date",
    "open_file",
    "read",
    "table",
]
