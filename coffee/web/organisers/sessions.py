"""Organisers' sign-ins: by the one-time link, a password, or the account they have at their organisation.

Every way in ends alike: the browser gets a random token in a signed cookie, and the scheme keeps its hash.
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
DEVICE = "coffee_device"  # marks a device on which an organiser has signed in
DEVICE_LASTS = timedelta(days=365)
ORGANISER = "organiser"  # stands for whoever signs in by link or password, which name nobody


@dataclass
class Organisers:
    """The people who may use one scheme's dashboard.

    Every method but `identify` raises SettingError when the vault is damaged.
    """

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
        """Return whether there is a password to sign in with."""
        return bool(self.environment.password) or self.vault.has_password()

    def one_time_link(self) -> str | None:
        """The link to print when the app starts, or None when organisers can sign in another way."""
        if self.environment.provider or self.has_password:
            return None
        return f"{self.environment.base_url}/sign-in?{urlencode({'link': self._link})}"

    def use_link(self, link: str) -> bool:
        """Use up the one-time link if this is its secret, and return whether it was.

        It works once, even for two at once.
        """
        with self._using_link:
            if not hmac.compare_digest(link.encode(), self._link.encode()):
                return False
            self._link = secrets.token_urlsafe(24)
            return True

    def is_password(self, password: str) -> bool:
        """Return whether this is the password: the environment's if it has one, else the one set in Settings."""
        if fixed := self.environment.password:
            return hmac.compare_digest(password.encode(errors="replace"), fixed.encode())
        return self.vault.matches(password)

    def sign_in(self, who: str) -> str:
        """Sign `who` in and return the content of their cookie.

        Raises SchemeError when the scheme cannot be written.
        """
        token = secrets.token_urlsafe(32)
        with self.scheme.writing() as db:
            sign_ins.begin(db, token, who, self.clock())
        return str(self._signer().dumps(token))

    def identify(self, cookies: Mapping[str, str]) -> str | None:
        """The organiser whose cookies these are, or None. None also when the scheme or the vault cannot be read."""
        try:
            return self.identify_or_raise(cookies)
        except (SchemeError, SettingError) as error:
            log.warning("Nobody is let in: %s", error)
            return None

    def identify_or_raise(self, cookies: Mapping[str, str]) -> str | None:
        """The organiser whose cookies these are, or None. Raises SchemeError when the scheme cannot be read."""
        token = self._token(cookies)
        if token is None:
            return None
        with self.scheme.reading() as db:
            who = sign_ins.whose(db, token, self.clock())
        return who if who is not None and self._may_still_come_in(who) else None

    def sign_out(self, cookies: Mapping[str, str]) -> None:
        """Sign this organiser out in every tab. Raises SchemeError when the scheme cannot be written."""
        token = self._token(cookies)
        if token is not None:
            with self.scheme.writing() as db:
                sign_ins.end(db, token)

    def change_password(self, password: str, cookies: Mapping[str, str]) -> None:
        """Set a new password and end every other sign-in.

        Raises SchemeError and changes nothing when the scheme cannot be written. Raises SettingError when the vault
        cannot: the others are signed out then, and the old password still holds.
        """
        token = self._token(cookies)
        with self.scheme.writing() as db:
            sign_ins.end_others(db, token or "")
        self.vault.set_password(password)

    def device(self, cookies: Mapping[str, str]) -> str | None:
        """The name of this device, or None when no organiser has signed in on it before."""
        try:
            return str(self._signer(DEVICE).loads(cookies[DEVICE]))
        except (KeyError, BadData):
            return None

    def sign_device(self, known: str | None) -> str:
        """The cookie that names this device. A new device gets a random name."""
        return str(self._signer(DEVICE).dumps(known or secrets.token_urlsafe(16)))

    def _may_still_come_in(self, who: str) -> bool:
        """Return whether this organiser is still allowed in: an OpenID Connect address must still be on the list."""
        provider = self.environment.provider
        return who == ORGANISER or (provider is not None and provider.allows(who))

    def _signer(self, purpose: str = COOKIE) -> URLSafeSerializer:
        """The signer of cookies.

        Sign-ins end when the password in the environment changes, because it is part of the key.
        """
        key, fixed = self.vault.cookie_key(), self.environment.password or ""
        of_password = hmac.new(key.encode(), fixed.encode(errors="replace"), "sha256").hexdigest()
        return URLSafeSerializer(key, salt=purpose + (of_password if purpose == COOKIE and fixed else ""))

    def _token(self, cookies: Mapping[str, str]) -> str | None:
        try:
            return str(self._signer().loads(cookies[COOKIE]))
        except (KeyError, BadData):
            return None
