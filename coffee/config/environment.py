"""The machine's settings: the scheme's path, the public address, the mail server. Checked once, at the start."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from coffee.mail.post.errors import MailError
from coffee.mail.post.server import MailServer

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("COFFEE_SCHEME", "COFFEE_BASE_URL", "COFFEE_SMTP_URL", "COFFEE_FROM", "COFFEE_PASSWORD")


class SettingError(Exception):
    """Raised for a setting that cannot be used. `str(error)` names it, says why and what to write instead."""


@dataclass(frozen=True)
class Provider:
    """The organisation's OpenID Connect service, and the people it may let in."""

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    allowed: frozenset[str]

    def allows(self, address: str) -> bool:
        """Return whether this address is on the list, in any case."""
        return _same_case(address) in self.allowed


@dataclass(frozen=True)
class Environment:
    """The settings in force. `sender` is 'Name <address>'; `base_url` has no slash at its end."""

    scheme: Path
    base_url: str
    smtp_url: str | None = field(default=None, repr=False)
    sender: str | None = None
    password: str | None = field(default=None, repr=False)
    provider: Provider | None = None

    @property
    def home(self) -> str:
        """The path under which a proxy serves the app: '' or something like '/coffee'."""
        return urlsplit(self.base_url).path

    @property
    def is_local(self) -> bool:
        """Return whether the address leads only to the machine it is opened on."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")

    @property
    def mail_server(self) -> MailServer | None:
        """The server that sends letters, or None while they stay on this machine."""
        return MailServer.from_url(self.smtp_url) if self.smtp_url else None

    @property
    def sample(self) -> Path:
        """The path of the sample scheme: beside the real one, so that the two never mix."""
        return self.scheme.with_name("sample.db")

    @property
    def letters_folder(self) -> Path:
        """The folder for letters while there is no mail server."""
        return self.scheme.parent / "letters"

    @property
    def vault(self) -> Path:
        """The file with the cookie key and the hash of the organiser's password, readable by its owner only."""
        return self.scheme.with_suffix(".secrets")


def load(variables: Mapping[str, str] = os.environ, port: int = 8501) -> Environment:
    """Read the environment, and `secrets.toml` for what it does not set; a variable set to nothing is set.

    Raises SettingError, in a sentence, for the first setting that cannot be used. `port` is where this process listens,
    for the address when `COFFEE_BASE_URL` is not set.
    """
    written = _secrets(_secret_files(variables))

    def setting(name: str) -> str | None:
        value = variables[name] if name in variables else written.get(name)
        return str(value) if value else None

    base_url = _base_url(setting("COFFEE_BASE_URL") or f"http://localhost:{port}")
    return Environment(
        scheme=Path(setting("COFFEE_SCHEME") or ROOT / "data" / "coffee.db").absolute(),
        base_url=base_url,
        smtp_url=_smtp_url(setting("COFFEE_SMTP_URL")),
        sender=_sender(setting("COFFEE_FROM")),
        password=setting("COFFEE_PASSWORD"),
        provider=_provider(written["auth"], base_url) if "auth" in written else None,
    )


def _secret_files(variables: Mapping[str, str]) -> list[Path]:
    """List the files in which Streamlit looks for secrets; later files win."""
    if named := variables.get("STREAMLIT_SECRETS_FILES"):
        return [Path(name) for name in named.split()]
    return [folder / ".streamlit" / "secrets.toml" for folder in (Path.home(), Path.cwd(), ROOT)]


def _secrets(paths: Iterable[Path]) -> dict[str, object]:
    secrets: dict[str, object] = {}
    for path in paths:
        secrets |= _secrets_in(path)
    return secrets


def _secrets_in(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
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


def _provider(auth: object, base_url: str) -> Provider:
    if not isinstance(auth, dict):
        raise SettingError('"auth" in secrets.toml must be a section. Write [auth] on a line of its own.')
    asked = ("client_id", "client_secret", "server_metadata_url")
    if missing := [name for name in asked if not isinstance(auth.get(name), str) or not auth[name]]:
        raise SettingError(
            f"[auth] in secrets.toml does not say {' and '.join(missing)}. Copy the values that your organisation's "
            "sign-in service shows for this application."
        )
    metadata_url = str(auth["server_metadata_url"])
    if urlsplit(metadata_url).path.startswith(("/common/", "/organizations/", "/consumers/")):
        raise SettingError(
            f"server_metadata_url in [auth] is {metadata_url!r}, where anybody can claim any email address. Put your "
            "own organisation's tenant in its place."
        )
    return Provider(
        metadata_url=metadata_url,
        client_id=auth["client_id"],
        client_secret=auth["client_secret"],
        redirect_uri=str(auth.get("redirect_uri") or f"{base_url}/oauth2callback"),
        allowed=_allowed(auth.get("allowed")),
    )


def _allowed(addresses: object) -> frozenset[str]:
    if not isinstance(addresses, list) or not addresses:
        raise SettingError(
            "[auth] in secrets.toml does not say who may sign in. Add a line like "
            'allowed = ["ann.lee@devon.gov.uk"] below [auth].'
        )
    for address in addresses:
        try:
            validate_email(str(address), check_deliverability=False)
        except EmailNotValidError:
            raise SettingError(f"allowed in [auth] has {address!r}, which is not an email address.") from None
    return frozenset(_same_case(address) for address in addresses)


def _same_case(address: str) -> str:
    """Lower-case ASCII only: beyond it, different letters share a lower case, and so could different people."""
    return address.lower() if address.isascii() else address
