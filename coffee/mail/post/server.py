"""The mail server: where it is, how to log in, and how to connect to it safely.

yagmail makes the connection (Gmail's app passwords, OAuth2, passwords kept in the system's keyring, any SMTP server).
Its `send()` is not used: see `coffee.mail.post.smtp`.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from coffee.mail.post.errors import BadMailAddress, CannotConnect, LoginRefused, MailError, Untrusted

__all__ = ["MailError", "MailServer"]

EXAMPLE = "Write it like smtp://user:password@smtp.example.org:587?security=starttls."
PORTS = {"tls": 465, "starttls": 587, "none": 25}
TIMEOUT = 30.0  # seconds for one answer; after the last byte of a letter we wait longer, see PATIENCE
PATIENCE = 120.0


@dataclass(frozen=True)
class MailServer:
    """The mail server to send through. `security` is tls (from the first byte), starttls, or none (a relay nearby)."""

    host: str
    port: int
    security: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    oauth2_file: str | None = None
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    trust: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_url(cls, url: str, trust: ssl.SSLContext | None = None) -> "MailServer":
        """Read `smtp://user:password@host:port?security=starttls|tls|none`, user and password percent-encoded.

        Also `&timeout=SECONDS` and, for Gmail, `&oauth2=FILE` (yagmail's credentials). `trust` replaces the system's
        certificates. Raises BadMailAddress with a sentence that never repeats the password.
        """
        parts, port = _split(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if unknown := set(options) - {"security", "timeout", "oauth2"}:
            raise BadMailAddress(f"COFFEE_SMTP_URL has an option “{min(unknown)}” that is not known. {EXAMPLE}")
        security = options.get("security", "tls" if port == 465 or parts.scheme == "smtps" else "starttls")
        if security not in PORTS:
            raise BadMailAddress(
                f"COFFEE_SMTP_URL says security={security}; it can be starttls, tls or none. {EXAMPLE}"
            )
        timeout = _seconds(options.get("timeout", str(TIMEOUT)))
        server = cls(
            host=parts.hostname or "",
            port=port or PORTS[security],
            security=security,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            oauth2_file=options.get("oauth2"),
            timeout=timeout,
            patience=max(timeout, PATIENCE) if "timeout" not in options else timeout,
            trust=trust,
        )
        if server.oauth2_file and (security != "tls" or not Path(server.oauth2_file).is_file()):
            # yagmail would log in without encryption, or ask for the file's contents at the keyboard.
            raise BadMailAddress(
                "COFFEE_SMTP_URL says oauth2=…: that needs security=tls and a credentials file that exists here."
            )
        if security == "none" and server.user and not _is_near(server.host):
            raise BadMailAddress(
                "COFFEE_SMTP_URL says security=none, which would send your password readable across the network. "
                "Use security=starttls or security=tls."
            )
        return server

    @property
    def place(self) -> str:
        """The server as the organiser knows it."""
        return f"{self.host}:{self.port}"

    def connect(self) -> smtplib.SMTP:
        """A connection that is logged in, its certificate checked. Raises CannotConnect, Untrusted or LoginRefused."""
        client = self._client()
        try:
            client.login()
            client.smtp.ehlo_or_helo_if_needed()
        except Exception as error:
            _drop(client)
            raise self._explained(error) from error
        client.is_closed = True  # ours to close from here on
        smtp: smtplib.SMTP = client.smtp
        return smtp

    def _client(self) -> Any:
        from yagmail import SMTP  # 0.3 s, and only needed when letters go out

        secure = {} if self.security == "none" else {"context": self.trust or ssl.create_default_context()}
        return SMTP(
            # A mapping, because yagmail takes a plain name without @ to be somebody at Gmail.
            user={self.user: self.user} if self.user else None,
            password=self._password(),
            host=self.host,
            port=self.port,
            smtp_ssl=self.security == "tls",
            smtp_starttls=secure if self.security == "starttls" else False,
            smtp_skip_login=self.user is None,
            oauth2_file=self.oauth2_file,
            soft_email_validation=False,
            timeout=self.timeout,
            **(secure if self.security == "tls" else {}),
        )

    def _password(self) -> str | None:
        """The password, from the keyring when the address has none: yagmail itself would ask at the keyboard."""
        if self.password or self.user is None or self.oauth2_file:
            return self.password
        try:
            found: str | None = import_module("keyring").get_password("yagmail", self.user)
        except Exception:
            found = None
        if found is None:
            raise LoginRefused(
                f"COFFEE_SMTP_URL names the user {self.user} and no password, and none is kept in this machine's "
                f"keyring. {EXAMPLE}"
            )
        return found

    def _explained(self, error: Exception) -> MailError:
        if isinstance(error, MailError):
            return error
        if isinstance(error, ssl.SSLCertVerificationError):
            return Untrusted(
                f"The mail server {self.place} could not prove who it is ({error.verify_message}), so nothing was sent "
                "to it. Check the host name in COFFEE_SMTP_URL, or have its certificate renewed."
            )
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return LoginRefused(
                f"The mail server {self.place} does not accept the user name and password in COFFEE_SMTP_URL. "
                "Gmail and Microsoft 365 need an app password, not the one you type to sign in."
            )
        if isinstance(error, UnicodeError):
            return LoginRefused(
                "The user name or password in COFFEE_SMTP_URL has characters other than a to z, digits and the usual "
                "punctuation, which a login to a mail server cannot carry. Use an app password."
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return CannotConnect(
                f"The mail server {self.place} does not offer what COFFEE_SMTP_URL asks for ({error}). Try another "
                "port or security=tls."
            )
        if isinstance(error, TimeoutError):
            return CannotConnect(f"The mail server {self.place} did not answer within {self.timeout:.0f} seconds.")
        return CannotConnect(f"The mail server {self.place} cannot be reached ({_said(error)}). Check COFFEE_SMTP_URL.")


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadMailAddress(
            "COFFEE_SMTP_URL cannot be read. In the password, write / as %2F, @ as %40, : as %3A and # as %23. "
            + EXAMPLE
        ) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise BadMailAddress(
            "COFFEE_SMTP_URL is not the address of a mail server. In the password, write / as %2F, @ as %40 and # as "
            f"%23. {EXAMPLE}"
        )
    return parts, port


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise BadMailAddress(
            f"COFFEE_SMTP_URL says timeout={text}; it must be a number of seconds up to 3600. {EXAMPLE}"
        )
    return seconds


def _is_near(host: str) -> bool:
    """This machine, or one in the same private network (a bare name, as in Docker)."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _drop(client: Any) -> None:
    client.is_closed = True  # else yagmail says goodbye to a dead connection when it is collected
    if client.smtp is not None:
        client.smtp.close()


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
