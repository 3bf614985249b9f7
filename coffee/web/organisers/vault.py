"""The organiser's secrets: the key for cookies and the hash of the password. They lie beside the scheme, never in it.

The hash is scrypt (RFC 7914) with N = 2^15, r = 8, p = 3 and a random salt of 16 bytes, as OWASP's Password Storage
Cheat Sheet advises.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coffee.config.environment import SettingError
from coffee.scheme.drafts import draft_of
from coffee.scheme.lock import locked

SHORTEST_KEY = 32  # characters


@dataclass(frozen=True)
class Vault:
    """The file of secrets at `path`, made with a new cookie key when it is missing.

    Only its owner may read it; permissions that let others in, as some ways of copying leave them, are taken away.
    Every method raises SettingError when the file is damaged or cannot be read or made.
    """

    path: Path

    def cookie_key(self) -> str:
        """The key that signs organisers' cookies."""
        if not self.path.exists():
            with self._locked():  # another process may have made it meanwhile
                if not self.path.exists():
                    self._write({"cookie_key": secrets.token_hex(32)})
        return self._read()["cookie_key"]

    def has_password(self) -> bool:
        """Return whether an organiser has set a password in Settings."""
        return self.path.exists() and "password" in self._read()

    def set_password(self, password: str) -> None:
        """Replace the stored hash with the hash of `password`."""
        salt = secrets.token_bytes(16)
        changed = {"cookie_key": self.cookie_key(), "salt": salt.hex(), "password": _hash(password, salt).hex()}
        with self._locked():
            self._write(changed)

    def matches(self, password: str) -> bool:
        """Return whether `password` is the one that was set. False when none was."""
        if not self.has_password():
            return False
        known = self._read()
        return hmac.compare_digest(_hash(password, bytes.fromhex(known["salt"])), bytes.fromhex(known["password"]))

    def _read(self) -> dict[str, str]:
        with self._in_plain_english():
            if self.path.stat().st_mode & 0o077:
                self.path.chmod(0o600)
            content = self.path.read_bytes()
        try:
            known = json.loads(content)
            if len(known["cookie_key"]) >= SHORTEST_KEY:
                bytes.fromhex(known.get("salt", "") + known.get("password", ""))
                return {str(name): str(value) for name, value in known.items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
        raise SettingError(
            f"{self.path} is damaged. Delete it and start again: every organiser signs in anew, and a password is set "
            "anew in Settings."
        )

    def _write(self, content: dict[str, str]) -> None:
        with self._in_plain_english(), draft_of(self.path) as draft:
            draft.write_text(json.dumps(content), encoding="utf-8")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._in_plain_english(), locked(self.path.parent):
            yield

    @contextmanager
    def _in_plain_english(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SettingError(
                f"{self.path} cannot be used ({error.strerror}). It keeps how organisers sign in; check who may read "
                "and write it."
            ) from error


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(errors="replace"), salt=salt, n=2**15, r=8, p=3, maxmem=2**26)
