"""The faults of the post, each explained to the organiser in a sentence."""


class MailError(Exception):
    """Base of the tree. `permanent` is true when trying again later cannot help, `is_ours` when the reason is the
    account or the server's settings, so that every letter would meet it: knocking again soon may lock the account."""

    permanent = False
    is_ours = False


class BadMailAddress(MailError):
    """`COFFEE_SMTP_URL`, or the organiser's own address, cannot be used as it is written."""

    permanent = True


class CannotConnect(MailError):
    """The mail server could not be reached, or does not speak as a mail server does."""


class Untrusted(MailError):
    """The server's certificate does not prove that it is the server it should be."""

    permanent = True
    is_ours = True


class LoginRefused(MailError):
    """The server does not accept the user name and password."""

    permanent = True
    is_ours = True


class SenderRefused(MailError):
    """The server accepts no letters from this sender. This one has not been sent."""

    permanent = True
    is_ours = True


class LimitReached(MailError):
    """The account has sent as many letters as its provider allows for now. This one has not been sent."""

    is_ours = True


class HungUp(MailError):
    """The connection ended before the letter was handed over. It has not been sent."""


class Refused(MailError):
    """The server answered no to one letter. `unreachable` is true when it is the recipient's address that is wrong,
    `is_ours` when it seems to be the sender, though some servers say so of a single recipient."""

    def __init__(self, sentence: str, *, permanent: bool, unreachable: bool = False, is_ours: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.unreachable = unreachable
        self.is_ours = is_ours


class InDoubt(MailError):
    """The connection ended after the letter was handed over and before the server's answer. Nobody can know."""
