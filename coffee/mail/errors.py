"""What can go wrong with the post, each a sentence for the organiser."""


class MailError(Exception):
    """Base of the tree. `permanent` is true when trying again later cannot help."""

    permanent = False


class BadMailAddress(MailError):
    """`COFFEE_SMTP_URL`, or the organiser's own address, cannot be used as it is written."""

    permanent = True


class CannotConnect(MailError):
    """The mail server could not be reached, or does not speak as a mail server does."""


class Untrusted(MailError):
    """The server's certificate does not prove that it is the server it should be."""

    permanent = True


class LoginRefused(MailError):
    """The server does not accept the user name and password."""

    permanent = True


class LimitReached(MailError):
    """The account has sent as many letters as its provider allows for now. This one has not been sent."""


class HungUp(MailError):
    """The connection ended before the letter was handed over. It has not been sent."""


class Refused(MailError):
    """The server answered no to one letter. `unreachable` is true when it is the recipient's address that is wrong."""

    def __init__(self, sentence: str, *, permanent: bool, unreachable: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.unreachable = unreachable


class InDoubt(MailError):
    """The connection ended after the letter was handed over and before the server's answer. Nobody can know."""
