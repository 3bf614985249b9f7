"""The organiser's secrets, kept beside the scheme and never in it: the cookie key and the hash of a password.

The hash is scrypt (RFC 7914) with N = 2^15, r = 8, p = 3, as OWASP's Password Storage Cheat Sheet advises, and a random
salt of 16 bytes.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from coffee.environment import SettingError


@dataclass(frozen=True)
class Vault:
    """The file at `path`, readable by its owner alone. Made with a new cookie key when it is not there.

    Every method raises SettingError when the file cannot be read, is damaged, or cannot be made.
    """

    path: Path

    def cookie_key(self) -> str:
        """The key that signs organisers' cookies."""
        if not self.path.exists():
            self._make({"cookie_key": secrets.token_hex(32)})
        return self._read()["cookie_key"]

    def has_password(self) -> bool:
        """Whether an organiser has set a password in Settings."""
        return self.path.exists() and "password" in self._read()

    def set_password(self, password: str) -> None:
        """Keep the hash of `password` in place of an earlier one."""
        salt = secrets.token_bytes(16)
        kept = {"cookie_key": self.cookie_key(), "salt": salt.hex(), "password": _hash(password, salt).hex()}
        self._draft(kept).replace(self.path)

    def knows(self, password: str) -> bool:
        """Whether `password` is the one that was set; False when none was."""
        if not self.has_password():
            return False
        kept = self._read()
        return hmac.compare_digest(_hash(password, bytes.fromhex(kept["salt"])), bytes.fromhex(kept["password"]))

    def _read(self) -> dict[str, str]:
        try:
            with self._in_plain_english():
                kept = json.loads(self.path.read_text("utf-8"))
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or "cookie_key" not in kept:
            raise SettingError(
                f"{self.path} is damaged. Delete it and start again: every organiser signs in anew, and a password is "
                "set anew in Settings."
            )
        return kept

    def _make(self, content: dict[str, str]) -> None:
        """Several processes may start together: a hard link is made once, and the others keep the first one's file."""
        draft = self._draft(content)
        try:
            with suppress(FileExistsError), self._in_plain_english():
                os.link(draft, self.path)
        finally:
            draft.unlink()

    def _draft(self, content: dict[str, str]) -> Path:
        with (
            self._in_plain_english(),
            tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False, encoding="utf-8") as file,
        ):
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name)

    @contextmanager
    def _in_plain_english(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            raise
        except OSError as error:
            raise SettingError(
                f"{self.path} cannot be used ({error.strerror}). It keeps how organisers sign in; check who may read "
                "and write it."
            ) from error


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(errors="replace"), salt=salt, n=2**15, r=8, p=3, maxmem=2**26)
