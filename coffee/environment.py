"""What the machine says: where the scheme is, its public address, its mail server. Checked once, at the start."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from coffee.mail.errors import MailError
from coffee.mail.server import MailServer

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".streamlit" / "secrets.toml"


class SettingError(Exception):
    """A setting cannot be used. `str(error)` names it, says why and what to write instead."""


@dataclass(frozen=True)
class Environment:
    """The settings in force. `sender` is 'Name <address>', `organisers` the addresses OpenID Connect lets in."""

    scheme: Path
    base_url: str
    smtp_url: str | None = field(default=None, repr=False)
    sender: str | None = None
    password: str | None = field(default=None, repr=False)
    organisers: tuple[str, ...] = ()

    @property
    def mail_server(self) -> MailServer | None:
        """Where letters leave, or None while they stay on this machine."""
        return MailServer.from_url(self.smtp_url) if self.smtp_url else None

    @property
    def sample(self) -> Path:
        """Where the sample scheme lives: beside the real one, so that the two never mix."""
        return self.scheme.with_name("sample.db")

    @property
    def letters_folder(self) -> Path:
        """Where letters are kept while no mail server is set."""
        return self.scheme.parent / "letters"

    @property
    def vault(self) -> Path:
        """The file, readable by its owner alone, with the cookie key and the hash of the organiser's password."""
        return self.scheme.with_suffix(".secrets")


def load(variables: Mapping[str, str] = os.environ, secrets: Path = SECRETS, port: int = 8501) -> Environment:
    """Read the environment, and `secrets.toml` for what it does not set.

    Raises SettingError, in a sentence, for the first setting that cannot be used. `port` is where this process listens,
    for the address when `COFFEE_BASE_URL` is not set.
    """
    written = _secrets(secrets)

    def setting(name: str) -> str | None:
        value = variables.get(name) or written.get(name)
        return str(value) if value else None

    return Environment(
        scheme=Path(setting("COFFEE_SCHEME") or ROOT / "data" / "coffee.db").absolute(),
        base_url=_base_url(setting("COFFEE_BASE_URL") or f"http://localhost:{port}"),
        smtp_url=_smtp_url(setting("COFFEE_SMTP_URL")),
        sender=_sender(setting("COFFEE_FROM")),
        password=setting("COFFEE_PASSWORD"),
        organisers=_organisers(written.get("auth")),
    )


def _secrets(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is not valid TOML ({error}). Mend that line and start again.") from None
    except OSError as error:
        raise SettingError(f"{path} cannot be read ({error.strerror}). Check who may read it.") from None


def _base_url(text: str) -> str:
    example = 'Write it like "https://coffee.example.gov.uk".'
    try:
        url = urlsplit(text)
        if url.scheme in ("http", "https") and url.hostname and not url.query and not url.fragment and url.port != 0:
            return text.rstrip("/")
    except ValueError:
        pass
    raise SettingError(f"COFFEE_BASE_URL is {text!r}, which is not a web address. {example}")


def _smtp_url(url: str | None) -> str | None:
    try:
        if url:
            MailServer.from_url(url)
    except MailError as error:
        raise SettingError(str(error)) from error
    return url


def _sender(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        validate_email(parseaddr(text)[1], check_deliverability=False)
    except EmailNotValidError:
        raise SettingError(
            f"COFFEE_FROM is {text!r}, which has no email address in it. "
            'Write it like "Ann Lee <ann.lee@devon.gov.uk>".'
        ) from None
    return text


def _organisers(auth: object) -> tuple[str, ...]:
    if auth is None:
        return ()
    allowed = auth.get("allowed") if isinstance(auth, dict) else None
    if not isinstance(allowed, list) or not allowed:
        raise SettingError(
            "[auth] in secrets.toml does not say who may sign in. Add a line like "
            'allowed = ["ann.lee@devon.gov.uk"] below [auth].'
        )
    return tuple(str(address).casefold() for address in allowed)
