"""What can go wrong with a scheme, each a sentence for the organiser."""


class SchemeError(Exception):
    """Base of the tree. `str(error)` can be shown to the organiser as it is."""


class NotAScheme(SchemeError):
    """The file is there, but it is not one of ours."""


class FromNewerVersion(SchemeError):
    """The file was written by a newer version of this software."""


class Unwritable(SchemeError):
    """The folder or file cannot be written to, or the disk is full."""


class Busy(SchemeError):
    """Another process held the file for longer than anybody should wait."""


class Stale(SchemeError):
    """Somebody else saved the same person or round first; nothing of this save was kept."""


class NotThere(SchemeError):
    """What was asked for is not in the scheme (any more)."""
