"""Work that may take too much, or die, is done in a process of its own."""

import os
import time

import pytest

from coffee.child import ChildDied, in_child


def test_a_result_comes_back() -> None:
    """The function's own value, made in another process."""
    assert in_child(os.path.join, "a", "b") == "a/b"
    assert in_child(os.getpid) != os.getpid()


def test_an_error_comes_back() -> None:
    """An error raised by the function is raised here, so that its sentence is not lost."""
    with pytest.raises(ValueError, match="invalid literal"):
        in_child(int, "x")


def test_its_death_is_not_ours() -> None:
    """A library that aborts its process, as some do, leaves this one alive."""
    with pytest.raises(ChildDied):
        in_child(os.abort)


def test_memory_has_a_limit() -> None:
    """More than was allowed cannot be allocated."""
    with pytest.raises(ChildDied):
        in_child(bytes, 1 << 30, memory=1 << 28)


def test_time_has_a_limit() -> None:
    """Whoever waits for it is told after the time that was allowed."""
    with pytest.raises(ChildDied):
        in_child(time.sleep, 600, seconds=1)


def test_secrets_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that reads strangers' files gets no settings of ours."""
    monkeypatch.setenv("COFFEE_SMTP_URL", "smtp://user:secret@mail.example")
    assert in_child(os.getenv, "COFFEE_SMTP_URL") is None
