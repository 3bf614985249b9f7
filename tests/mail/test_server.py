"""The address of the mail server, and connecting to it safely."""

import ssl
import urllib.parse
from collections.abc import Callable

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from coffee.mail.post.errors import BadMailAddress, CannotConnect, LoginRefused, MailError, Untrusted
from coffee.mail.post.server import MailServer
from coffee.mail.post.smtp import Connection, Parcel

PASSWORD = "p:ss/w@rd#?&=%20"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def check(server, session, envelope, mechanism, data) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"apikey", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://smtp.example.org", 587, "starttls"),
        ("smtp://smtp.example.org:25?security=starttls", 25, "starttls"),
        ("smtp://smtp.example.org:465", 465, "tls"),
        ("smtp://smtp.example.org?security=tls", 465, "tls"),
        ("smtp://localhost?security=none", 25, "none"),
        ("smtp://[::1]:1025/?security=none", 1025, "none"),
    ],
)
def test_what_is_left_out(url: str, port: int, security: str) -> None:
    """Without a port or a security the usual one is taken, and encryption is never left out unasked."""
    server = MailServer.from_url(url)
    assert (server.port, server.security) == (port, security)


@given(st.text(min_size=1), st.text(min_size=1))
def test_percent_encoding(user: str, password: str) -> None:
    """Any user and password come back from their percent-encoded form."""
    quoted = [urllib.parse.quote(text, safe="", errors="surrogatepass") for text in (user, password)]
    server = MailServer.from_url(f"smtp://{quoted[0]}:{quoted[1]}@smtp.example.org")
    assert (server.user, server.password) == (user, password)


@pytest.mark.parametrize(
    "url",
    [
        "", "smtp.example.org:587", "http://smtp.example.org", "smtp://", "smtp://user:se/cret@smtp.example.org",
        "smtp://smtp.example.org:abc", "smtp://smtp.example.org:99999", "smtp://smtp.example.org?security=ssl",
        "smtp://smtp.example.org?secure=tls", "smtp://smtp.example.org?timeout=soon", "smtp://[::1",
        "smtp://user:secret@smtp.example.org?security=none", "smtp://u:secret@smtp.gmail.com?oauth2=/none&security=tls",
    ],
)  # fmt: skip
def test_what_cannot_be_used(url: str) -> None:
    """A malformed address is one sentence that shows how to write it, and never repeats the password."""
    with pytest.raises(BadMailAddress) as caught:
        MailServer.from_url(url)
    assert "COFFEE_SMTP_URL" in str(caught.value)
    assert "cret" not in str(caught.value)
    assert caught.value.permanent


def test_no_password_in_what_is_logged() -> None:
    """Neither the server's text form nor its connection's error repeats the password."""
    server = MailServer.from_url("smtp://user:secret@127.0.0.1:1?security=none")
    with pytest.raises(CannotConnect) as caught:
        server.connect()
    assert "secret" not in repr(server) + str(caught.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_logged_in(serve: Callable, authority: trustme.CA, security: str) -> None:
    """With a right certificate and a right password, any punctuation and a user that is no address, mail goes."""
    context = server_side(authority, "localhost")
    how = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    logins: list[bool] = []

    def remember(*said) -> AuthResult:
        logins.append(check(*said).success)
        return check(*said)

    mail = serve(authenticator=remember, auth_require_tls=security == "starttls", **how)
    url = f"smtp://apikey:{urllib.parse.quote(PASSWORD, safe='')}@localhost:{mail.port}?security={security}"
    with Connection(MailServer.from_url(url, trusting(authority))) as connection:
        connection.send(Parcel("a@x.example", "b@x.example", b"Subject: x\r\n\r\nHello\r\n"))
    assert mail.inbox.accepted == [b"Subject: x\r\n\r\nHello\r\n"]
    assert logins == [True]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_wrong_certificate(serve: Callable, authority: trustme.CA, security: str, wrong: str) -> None:
    """A certificate for another name, or from a stranger, ends the conversation before any password or letter."""
    context = server_side(
        authority if wrong == "name" else trustme.CA(), "other.example" if wrong == "name" else "localhost"
    )
    mail = serve(authenticator=check, **({"ssl_context": context} if security == "tls" else {"tls_context": context}))
    url = f"smtp://apikey:secret@localhost:{mail.port}?security={security}&timeout=5"
    with pytest.raises(Untrusted, match="could not prove who it is"):
        Connection(MailServer.from_url(url, trusting(authority)))
    assert mail.inbox.seen["MAIL"] == 0


def test_no_encryption_offered(mail) -> None:
    """A server that does not offer STARTTLS gets nothing when STARTTLS was asked for."""
    with pytest.raises(CannotConnect, match="does not offer"):
        Connection(MailServer.from_url(f"smtp://127.0.0.1:{mail.port}?security=starttls"))


def test_wrong_password(serve: Callable, authority: trustme.CA) -> None:
    """A refused login says so, and what Gmail and Microsoft want."""
    mail = serve(ssl_context=server_side(authority, "localhost"), authenticator=check, auth_require_tls=False)
    server = MailServer.from_url(f"smtp://apikey:wrong@localhost:{mail.port}?security=tls", trusting(authority))
    with pytest.raises(LoginRefused, match="app password") as caught:
        Connection(server)
    assert "wrong" not in str(caught.value)


def test_letters_beyond_ascii_in_a_password(serve: Callable, authority: trustme.CA) -> None:
    """A password the login cannot carry is a sentence."""
    mail = serve(ssl_context=server_side(authority, "localhost"), authenticator=check, auth_require_tls=False)
    url = f"smtp://apikey:p%C3%A4ss@localhost:{mail.port}?security=tls"
    with pytest.raises(LoginRefused, match="a to z"):
        Connection(MailServer.from_url(url, trusting(authority)))


def test_no_password_anywhere(mail) -> None:
    """A user without a password, and no keyring to look in, is a sentence and never a question at the keyboard."""
    with pytest.raises(LoginRefused, match="keyring"):
        Connection(MailServer.from_url(f"smtp://nobody@127.0.0.1:{mail.port}?security=none"))


@pytest.mark.parametrize("error", [Untrusted, LoginRefused, BadMailAddress])
def test_what_trying_again_cannot_mend(error: type[MailError]) -> None:
    """These faults are for the organiser to mend."""
    assert error("x").permanent
