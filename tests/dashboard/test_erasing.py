"""Erasing people: the organiser sees each place where others named them, and can untick it."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme
from coffee.scheme.answers import Answer

DIALOG = """
from coffee.dashboard import controls, frame
from coffee.dashboard.people.erasing import erase
controls.open_page("people", sample=False)
erase([2], "Person 2")
"""


@pytest.fixture
def dialog(scheme: Scheme, fill: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Person 2 is about to be erased; others named them in a comment and in a roster's column."""
    monkeypatch.setenv("COFFEE_SCHEME", str(scheme.path))
    fill(["A", "B", "C"], [[((0, 2), Answer("yes", comment="PERSON 2 has joint projects"))]])
    with scheme.writing() as db:
        db.execute("""UPDATE people SET extra = '{"Line manager": "Person 2"}' WHERE id = 1""")
    return AppTest.from_string(DIALOG, default_timeout=30).run()


def test_each_place_is_shown_and_can_be_unticked(scheme: Scheme, dialog: AppTest) -> None:
    """A place that is unticked stays as it is; the others are changed."""
    labels = [box.label for box in dialog.checkbox]
    assert sorted(labels) == [
        "Comment\\, by Person 1 about round 1", "Comment\\, by Person 3 about round 1", "“Line manager” of Person 1",
    ]  # fmt: skip
    assert {text.value for text in dialog.text} == {"PERSON 2 has joint projects", "Person 2"}
    assert all(box.value for box in dialog.checkbox)
    next(box for box in dialog.checkbox if "Person 3" in box.label).uncheck().run()
    next(button for button in dialog.button if button.label == "Erase for good").click().run()
    with scheme.reading() as db:
        assert db.execute("SELECT comment FROM answers ORDER BY person_id").fetchall() == [
            ("[erased] has joint projects",), ("PERSON 2 has joint projects",),
        ]  # fmt: skip
        assert db.execute("SELECT extra FROM people WHERE id = 1").fetchone() == ('{"Line manager": "[erased]"}',)
        assert db.execute("SELECT status FROM people WHERE id = 2").fetchone() == ("erased",)
