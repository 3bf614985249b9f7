"""The error about a whole file; faults in its rows stay with the rows."""


class RosterError(Exception):
    """Raised when a file cannot be read as a roster. `str(error)` says why and what to do, in plain English."""
