"""Names shortened where they say least, so that no two look the same."""

import json
from itertools import pairwise
from textwrap import wrap

import altair as alt

CUT = "…"


def shortened(names: list[str], room: int) -> dict[str, str]:
    """Shorten each of the distinct `names` to at most `room` characters (8 or more), no two alike.

    A long name keeps its beginning and the place where it parts from the name most like it: 'London Borough of Camden'
    beside 'London Borough of Barnet' becomes 'London…Camden'.
    """
    alike = _alike(names)
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=len):  # names that fit keep their whole self
        given[name] = _unlike(_cut(name, alike[name], room), taken, room)
        taken.add(given[name])
    return given


def in_lines(names: list[str], width: int) -> dict[str, list[str]]:
    """Wrap each name to one line or two, each of at most `width` characters (8 or more)."""
    lines = {name: wrap(name, width) or [""] for name in names}
    long = [name for name, found in lines.items() if len(found) > 2]
    for room in range(2 * width, width - 1, -1) if long else ():
        short = shortened(names, room)
        found = {name: wrap(short[name], width) for name in long}
        if all(len(words) <= 2 for words in found.values()):
            return lines | found
    return lines


def axis(names: list[str], room: int, lines: int = 1, angle: int = 0) -> alt.Axis:
    """Return an axis of names, each on a line of `room` characters or on two."""
    found = in_lines(names, room) if lines > 1 else {name: [label] for name, label in shortened(names, room).items()}
    labels, whole = (json.dumps(texts, ensure_ascii=False) for texts in (list(found.values()), list(found)))
    label = f"{labels}[indexof({whole}, datum."
    two = {"test": f"length({label}value)]) > 1", "value": "bottom"}  # half of it above the middle, half below
    return alt.Axis(
        labelExpr=f"{label}label)]",
        labelBaseline={"condition": two, "value": "middle"},
        labelLimit=0,  # `room` is the limit; Vega would cut within an emoji, which no picture can hold
        labelAngle=angle,
        labelOverlap="greedy" if angle else False,
        labelFlush=False,
        ticks=False,
        domain=False,
    )


def _alike(names: list[str]) -> dict[str, int]:
    """Return the length of the longest beginning that each name shares with another."""
    found = dict.fromkeys(names, 0)
    for one, other in pairwise(sorted(found)):
        same = next(
            (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        found[one], found[other] = max(found[one], same), max(found[other], same)
    return found


def _cut(name: str, same: int, room: int) -> str:
    if len(name) <= room:
        return name
    if name.find(" ", same) < room and " " in name[same:]:
        return name[: room - 1].rstrip() + CUT
    tail = _window(name, same, room - room // 3 - 1)
    return name[: room - 1 - len(tail)].rstrip() + CUT + tail


def _window(name: str, same: int, room: int) -> str:
    """Return the part of a name around the place where it differs from others, starting at a word if possible."""
    start = min(max(name.rfind(" ", 0, same) + 1, same - room // 2), len(name) - room)
    seen = name[start : start + room]
    if start + room < len(name):
        return seen[:-1].rstrip() + CUT
    word = seen.find(" ") + 1
    return seen[word:] if 0 < word <= same - start and name[start - 1] != " " else seen.lstrip()


def _unlike(label: str, taken: set[str], room: int) -> str:
    number, tried = 1, label
    while tried in taken:
        number += 1
        mark = f"{CUT}{number}"
        tried = label[: room - len(mark)] + mark
    return tried
