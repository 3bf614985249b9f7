"""The organiser's secrets, kept beside the scheme and never in it: the cookie key and the hash of a password.

The hash is scrypt (RFC 7914) with N = 2^15, r = 8, p = 1 and a random salt of 16 bytes.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Vault:
    """The file at `path`, readable by its owner alone. Made with a new cookie key when it is not there."""

    path: Path

    def cookie_key(self) -> str:
        """The key that signs organisers' cookies. Raises OSError when the file cannot be made."""
        if not self.path.exists():
            self._make({"cookie_key": secrets.token_hex(32)})
        return str(self._read()["cookie_key"])

    def has_password(self) -> bool:
        """Whether an organiser has set a password in Settings."""
        return self.path.exists() and "password" in self._read()

    def set_password(self, password: str) -> None:
        """Keep the hash of `password` in place of an earlier one."""
        salt = secrets.token_bytes(16)
        self.cookie_key()
        self._replace(self._read() | {"salt": salt.hex(), "password": _hash(password, salt).hex()})

    def knows(self, password: str) -> bool:
        """Whether `password` is the one that was set; False when none was."""
        if not self.has_password():
            return False
        kept = self._read()
        return hmac.compare_digest(_hash(password, bytes.fromhex(kept["salt"])), bytes.fromhex(kept["password"]))

    def _read(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return kept

    def _make(self, content: dict[str, str]) -> None:
        """Several processes may start together: a hard link is made once, and the others keep the first one's file."""
        draft = self._draft(content)
        try:
            os.link(draft, self.path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _replace(self, content: dict[str, str]) -> None:
        self._draft(content).replace(self.path)

    def _draft(self, content: dict[str, str]) -> Path:
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False, encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26)
