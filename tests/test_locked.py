"""The lock files: every library at one version, with hashes, in step with the lists that people read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = {
    "requirements.lock": ["requirements.txt"],
    "tests/requirements.lock": ["requirements.txt", "tests/requirements.txt"],
}


def pins(path: str) -> dict[str, set[str]]:
    """The versions of each library that a list or a lock names; several where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", (ROOT / path).read_text("utf-8"), re.M):
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), set()).add(version)
    return found


@pytest.mark.parametrize(("lock", "lists"), LOCKS.items())
def test_a_lock_has_what_its_lists_ask_for(lock: str, lists: list[str]) -> None:
    """The lock files have what the lists ask for; if not, `make lock` was forgotten."""
    locked = pins(lock)
    for path in lists:
        for name, versions in pins(path).items():
            assert locked.get(name) == versions, f"{path} asks for {name} {versions}. Run make lock."


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_hashed_and_names_no_index(lock: str) -> None:
    """pip can check each file it fetches, from whichever index it is told to use."""
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z])", re.sub(r"^ *#.*\n", "", text, flags=re.M), flags=re.M)[1:]
    assert len(entries) > 50
    for entry in entries:
        assert re.fullmatch(r"[a-z][^\\]*==[^\\]+(\\\n +--hash=sha256:[0-9a-f]{64} ?)+\n?", entry), entry
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_tests_run_on_what_the_product_runs_on() -> None:
    """The tests' lock repeats the product's, so that what was tested is what is installed."""
    product, tests = pins("requirements.lock"), pins("tests/requirements.lock")
    assert product == {name: tests.get(name) for name in product}


def test_hooks_fetch_nothing() -> None:
    """Every hook is local and runs what is installed already."""
    config = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"repo: (.+)", config) == ["local"]
    assert set(re.findall(r"language: (.+)", config)) == {"system"}
