"""The file of the organiser's secrets, beside the scheme."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coffee.config.environment import SettingError
from coffee.web.organisers.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault that has not been made yet."""
    return Vault(tmp_path / "coffee.secrets")


def test_only_the_owner_may_read_it(vault: Vault) -> None:
    """The file has mode 0600 from the start, and still after a password is set."""
    vault.cookie_key()
    assert vault.path.stat().st_mode & 0o777 == 0o600
    vault.set_password("three random words")
    assert vault.path.stat().st_mode & 0o777 == 0o600


def test_the_key_stays(vault: Vault) -> None:
    """The key of 256 bits survives restarts and new passwords, and each scheme has its own."""
    key = vault.cookie_key()
    vault.set_password("three random words")
    assert Vault(vault.path).cookie_key() == key
    assert len(bytes.fromhex(key)) == 32
    assert Vault(vault.path.with_name("other.secrets")).cookie_key() != key


def test_processes_that_start_together_agree_on_the_key(vault: Vault) -> None:
    """The first makes the key, the others use it, and no draft is left behind."""
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: Vault(vault.path).cookie_key(), range(64)))
    assert len(keys) == 1
    assert list(vault.path.parent.iterdir()) == [vault.path]


def test_a_password_is_known_and_others_are_not(vault: Vault) -> None:
    """Case, spaces and accents count. Before a password is set none is right, not even an empty one."""
    assert not vault.has_password()
    assert not vault.matches("")
    vault.set_password("Siân’s bike 李")
    assert vault.has_password()
    assert vault.matches("Siân’s bike 李")
    for wrong in ("", "siân’s bike 李", "Siân’s bike 李 ", "Sian’s bike 李"):
        assert not vault.matches(wrong)


def test_a_new_password_replaces_the_old_one(vault: Vault) -> None:
    """The old password no longer works."""
    vault.set_password("first")
    vault.set_password("second")
    assert vault.matches("second")
    assert not vault.matches("first")


def test_the_file_holds_only_a_salted_scrypt_hash(vault: Vault) -> None:
    """The same password gives two different hashes, which another scrypt confirms (OWASP: N = 2^15, r = 8, p = 3)."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    vaults = []
    for _ in range(2):
        vault.set_password("three random words")
        vaults.append(json.loads(vault.path.read_text()))
    assert vaults[0]["password"] != vaults[1]["password"]
    assert "three random words" not in vault.path.read_text()
    salt, hashed = bytes.fromhex(vaults[1]["salt"]), bytes.fromhex(vaults[1]["password"])
    Scrypt(salt=salt, length=64, n=2**15, r=8, p=3).verify(b"three random words", hashed)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cookie_key', "\x00\xff"])
def test_a_damaged_file_is_told_in_a_sentence(vault: Vault, content: str) -> None:
    """The error names the file and says what to do, and the file is left alone."""
    vault.path.write_text(content, "latin-1")
    with pytest.raises(SettingError, match=r"coffee\.secrets is damaged\. Delete it"):
        vault.cookie_key()
    assert vault.path.read_text("latin-1") == content


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    """The error names the file, without a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match=r"coffee\.secrets cannot be used \(Not a directory\)"):
        Vault(tmp_path / "file" / "coffee.secrets").cookie_key()


def test_a_file_that_others_may_read_is_closed_to_them(vault: Vault) -> None:
    """Wide permissions, as on a copy, are corrected at the next start."""
    vault.cookie_key()
    vault.path.chmod(0o644)
    vault.cookie_key()
    assert vault.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        '{"cookie_key": ""}',
        '{"cookie_key": 7}',
        '{"cookie_key": "%s", "salt": "00", "password": "no hash"}' % ("k" * 64),
        '{"cookie_key": "%s", "password": null}' % ("k" * 64),
    ],
)
def test_an_empty_key_or_a_hash_that_is_none_is_damage(vault: Vault, content: str) -> None:
    """An empty key signs no cookies, and a broken hash raises the same error as a damaged file."""
    vault.path.write_text(content)
    with pytest.raises(SettingError, match="is damaged"):
        vault.cookie_key()


def test_a_draft_that_a_crash_left_goes_with_the_next_change(vault: Vault) -> None:
    """No copy of the key stays beside the file."""
    vault.path.with_name("coffee.secrets.coffee-draft").write_text("half a key")
    vault.cookie_key()
    assert list(vault.path.parent.iterdir()) == [vault.path]
