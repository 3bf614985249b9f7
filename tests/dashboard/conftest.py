"""The organiser's pages, run without a browser on a real scheme file."""

import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, answers
from coffee.scheme.answers import Answer

SCRIPT = """
import streamlit as st
from coffee.dashboard import controls, frame
page = st.navigation([st.Page(page, default=page.stem == "{noun}") for page in sorted(frame.PAGES.glob("*.py"))])
controls.open_page(page.title.lower(), sample=frame.visits_sample())
if not st.session_state.get("elsewhere"):
    page.run()
"""


@pytest.fixture(autouse=True)
def _the_main_module_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the main module: Streamlit puts a page's script there for good, and each forked process would run that."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def open_page(scheme: Scheme, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page on the scheme, with what stands in the address: open_page('connections', view='Growth')."""
    monkeypatch.setenv("COFFEE_SCHEME", str(scheme.path))

    def opened(noun: str, **address: str) -> AppTest:
        test = AppTest.from_string(SCRIPT.format(noun=noun), default_timeout=30)
        for name, value in address.items():
            test.query_params["round" if (noun, name) == ("rounds", "round") else f"{noun}-{name}"] = value
        test.run()
        return test

    return opened


@pytest.fixture
def fill(scheme: Scheme, now: datetime) -> Callable[..., None]:
    """Put people and published rounds into the scheme.

    `people` is the organisation of each; `rounds` a list of rounds, each a list of (positions in `people`, an answer or
    None).
    """

    def filled(people: list[str], rounds: list[list[tuple[tuple[int, ...], Answer | None]]]) -> None:
        at = now.isoformat()
        with scheme.writing() as db:
            for person, organisation in enumerate(people, 1):
                mail = f"p{person}@example.org"
                row = {"id": person, "identity": mail, "email": mail, "name": f"Person {person}"}
                db.table("people").insert(row | {"organisation": organisation, "status": "active", "joined_at": at})
            match = 0
            for number, matches in enumerate(rounds, 1):
                row = {"id": number, "number": number, "state": "published", "seed": 1}
                db.table("rounds").insert(row | {"drawn_at": at, "published_at": at})
                for seats, answer in matches:
                    match += 1
                    db.table("matches").insert({"id": match, "round_id": number})
                    for position, person in enumerate(seats, 1):
                        seat = {"match_id": match, "person_id": person + 1, "position": position}
                        db.table("seats").insert(seat | {"organisation": people[person]})
                    if answer is not None:
                        for person in seats:
                            answers.save(db, match, person + 1, answer, now)

    return filled
