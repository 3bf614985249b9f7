"""The scheme's own word for a silo, on every page that shows figures."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, settings
from coffee.scheme.answers import Answer

Page = Callable[..., AppTest]
Fill = Callable[..., None]
YES = Answer("yes", useful=5, again=True, knew_each_other=False, comment="Good", conduit=True)
VIEWS = {
    "connections": ["Silos", "Growth", "Network", "Ahead", "Conduits", "Share"],
    "feedback": ["Meetings", "Ratings", "Comments", "Selling"],
}


def shown(test: AppTest) -> str:
    """All that a page sends to the browser, without what only the machine reads."""
    sent = "".join(str(element.proto) for element in test.main)
    return re.sub(r'"(name|field|field_name|signal|key|id)": "[^"]*"', "", sent.replace("\\", ""))


@pytest.mark.parametrize(("noun", "view"), [(noun, view) for noun, views in VIEWS.items() for view in views])
def test_teams_are_called_teams(open_page: Page, fill: Fill, scheme: Scheme, noun: str, view: str) -> None:
    """Once Settings says that a silo is a team, no title, sentence, axis, column or box speaks of organisations."""
    fill(["A", "B", "C", "D"], [[((0, 1), YES), ((2, 3), YES)], [((0, 2), YES), ((1, 3), YES)]])
    with scheme.writing() as db:
        settings.put(db, "silo", "team")
    test = open_page(noun, view=view, **{f"{key}_numbers": "true" for key in ("silos", "reach")})
    assert not test.exception
    assert re.findall(r"[^\n]{0,60}\borganisations?\b[^\n]{0,60}", shown(test), re.IGNORECASE) == []
