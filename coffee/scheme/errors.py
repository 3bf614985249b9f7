"""The errors a scheme can raise. Each is a sentence for the organiser."""


class SchemeError(Exception):
    """The base of these errors. `str(error)` can be shown to the organiser as it is."""


class NotAScheme(SchemeError):
    """Raised when the file exists but is not one of ours."""


class FromNewerVersion(SchemeError):
    """Raised when a newer version of this software wrote the file."""


class Unwritable(SchemeError):
    """Raised when the folder or file cannot be written to, or the disk is full."""


class Busy(SchemeError):
    """Raised when another process holds the file for too long."""


class Stale(SchemeError):
    """Raised when somebody else saved the same person or round first; nothing of this save is kept."""


class NotThere(SchemeError):
    """Raised when the scheme does not have what was asked for, or no longer has it."""
