"""Who is signed in: an organiser who came with the one-time link, a password, or their organisation's account.

Every way ends in the same thing: a random token in a signed cookie, of which the scheme holds the hash.
"""

import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer

from coffee.config.environment import Environment, SettingError
from coffee.scheme import Scheme, SchemeError, sign_ins
from coffee.web.organisers.vault import Vault

log = logging.getLogger("coffee")

COOKIE = "coffee_organiser"
DEVICE = "coffee_device"  # on which an organiser was signed in before
DEVICE_LASTS = timedelta(days=365)
ORGANISER = "organiser"  # who signed in with the link or the password, which name nobody


@dataclass
class Organisers:
    """Who may use the organiser's pages of one scheme. Methods but `whose` raise SettingError for a damaged vault."""

    environment: Environment
    scheme: Scheme
    clock: Callable[[], datetime]
    _link: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    _using_link: Lock = field(default_factory=Lock, repr=False)

    @property
    def vault(self) -> Vault:
        return Vault(self.environment.vault)

    @property
    def has_password(self) -> bool:
        """Whether there is a password to sign in with."""
        return bool(self.environment.password) or self.vault.has_password()

    def one_time_link(self) -> str | None:
        """The link to print at the start, or None when there is another way in."""
        if self.environment.provider or self.has_password:
            return None
        return f"{self.environment.base_url}/sign-in?{urlencode({'link': self._link})}"

    def use_link(self, link: str) -> bool:
        """Whether this is the one-time link's secret. It is used up by that, also when two come at once."""
        with self._using_link:
            if not hmac.compare_digest(link.encode(), self._link.encode()):
                return False
            self._link = secrets.token_urlsafe(24)
            return True

    def knows(self, password: str) -> bool:
        """Whether this is the password: the one in the environment, else the one set in Settings."""
        if fixed := self.environment.password:
            return hmac.compare_digest(password.encode(errors="replace"), fixed.encode())
        return self.vault.knows(password)

    def sign_in(self, who: str) -> str:
        """Let `who` in; returns what their cookie shall hold. Raises SchemeError when it cannot be kept."""
        token = secrets.token_urlsafe(32)
        with self.scheme.writing() as db:
            sign_ins.begin(db, token, who, self.clock())
        return str(self._signer().dumps(token))

    def whose(self, cookies: Mapping[str, str]) -> str | None:
        """The same as `look_up`, but None when it cannot be looked up."""
        try:
            return self.look_up(cookies)
        except (SchemeError, SettingError) as error:
            log.warning("Nobody is let in: %s", error)
            return None

    def look_up(self, cookies: Mapping[str, str]) -> str | None:
        """The organiser whose cookie this is; None when nobody is signed in with it. Raises SchemeError too."""
        token = self._token(cookies)
        if token is None:
            return None
        with self.scheme.reading() as db:
            who = sign_ins.whose(db, token, self.clock())
        return who if who is not None and self._may_still_come_in(who) else None

    def sign_out(self, cookies: Mapping[str, str]) -> None:
        """End this sign-in in every tab. Raises SchemeError when it cannot be ended."""
        token = self._token(cookies)
        if token is not None:
            with self.scheme.writing() as db:
                sign_ins.end(db, token)

    def change_password(self, password: str, cookies: Mapping[str, str]) -> None:
        """Set a new password and end every other sign-in. Raises SchemeError or SettingError: nothing is changed then,
        or others are signed out and the password is the old one."""
        token = self._token(cookies)
        with self.scheme.writing() as db:
            sign_ins.end_others(db, token or "")
        self.vault.set_password(password)

    def device(self, cookies: Mapping[str, str]) -> str | None:
        """The name of the device whose cookie this is; None when nobody was signed in on it before."""
        try:
            return str(self._signer(DEVICE).loads(cookies[DEVICE]))
        except (KeyError, BadData):
            return None

    def sign_device(self, known: str | None) -> str:
        """The cookie for a device on which an organiser is signed in; a new one gets a random name."""
        return str(self._signer(DEVICE).dumps(known or secrets.token_urlsafe(16)))

    def _may_still_come_in(self, who: str) -> bool:
        """Whoever came through OpenID Connect stays only as long as their address is on the list."""
        provider = self.environment.provider
        return who == ORGANISER or (provider is not None and provider.allows(who))

    def _signer(self, purpose: str = COOKIE) -> URLSafeSerializer:
        """Signs cookies for as long as the password is this one: when another is set in the environment, all end."""
        key, fixed = self.vault.cookie_key(), self.environment.password or ""
        of_password = hmac.new(key.encode(), fixed.encode(errors="replace"), "sha256").hexdigest()
        return URLSafeSerializer(key, salt=purpose + (of_password if purpose == COOKIE and fixed else ""))

    def _token(self, cookies: Mapping[str, str]) -> str | None:
        try:
            return str(self._signer().loads(cookies[COOKIE]))
        except (KeyError, BadData):
            return None
