"""Pictures of charts."""

import json

from coffee.dashboard.charts.pictures import png, svgs

GOOD = json.dumps({"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a"}}})
DEADLY = GOOD.replace('"a"', '"a\\uffff"')


def test_a_picture_that_cannot_be_drawn_says_so() -> None:
    """A chart of which the library dies, or which it refuses, becomes a sentence in its place."""
    assert png(DEADLY).startswith(b"\x89PNG")
    assert png("no chart") == png(DEADLY)


def test_one_picture_does_not_take_the_others_with_it() -> None:
    """Of several, those that can be drawn are."""
    first, second, third, fourth = svgs([GOOD, DEADLY, "no chart", GOOD])
    assert first == fourth
    assert (first or "").startswith("<svg")
    assert (second, third) == (None, None)
