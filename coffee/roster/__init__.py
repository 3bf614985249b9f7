"""Reading spreadsheets: file → sheet → table → row → cell, each fault in plain English. Pure.

sheets = open_file(data, "people.xlsx")
people = table(likeliest(sheets))
roster = read(people, guess(people.headers, [row for _, row in people.lines]))
preview = compare(roster, existing, today)
"""

from coffee.roster.columns import Proposal, guess, left_out, propose, with_choices
from coffee.roster.compare import Preview, compare
from coffee.roster.delimited import Reading
from coffee.roster.errors import RosterError
from coffee.roster.fields import Field
from coffee.roster.roster import Roster, Row, odd_date, read
from coffee.roster.sheets import Sheet, open_file
from coffee.roster.table import Table, likeliest, table
from coffee.roster.workbook import is_workbook

__all__ = [
    "Field",
    "Preview",
    "Proposal",
    "Reading",
    "Roster",
    "RosterError",
    "Row",
    "Sheet",
    "Table",
    "compare",
    "guess",
    "is_workbook",
    "left_out",
    "likeliest",
    "odd_date",
    "open_file",
    "propose",
    "read",
    "table",
    "with_choices",
]
