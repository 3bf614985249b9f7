"""What can go wrong with a whole file; faults in its rows are kept with the rows."""


class RosterError(Exception):
    """The file cannot be read as a roster. `str(error)` says why and what to do, in plain English."""
