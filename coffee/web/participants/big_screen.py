"""The big screen of a launch: the way in, how many have arrived, and who looks for whom. For a projector."""

from itertools import accumulate

from starlette.responses import Response

from coffee.scheme import room
from coffee.scheme.room import Pair
from coffee.text.search import folded
from coffee.web.http.visit import Visit
from coffee.web.participants.statements import code

EVERY = 5  # seconds between two looks
TURN = 8  # seconds for a page of names
TALL = 84  # half lines on a page of names in the smallest type, in two columns, so that a projector shows all of it
WIDE = 54  # characters in a line of it
TYPES = {
    "few": 4.0 / 2.6,
    "some": 3.4 / 2.6,
    "many": 3.0 / 2.6,
    "": 1.0,
}  # how much larger each type is, by its name in the style sheet


def show(visit: Visit) -> Response:
    """The code of the open room, and the pairs once a round is out, a page at a time. Turns by itself unless still."""
    still = visit.form.text("still") == "yes"
    inside = room.is_open(visit.db, visit.now)
    address = f"{visit.office.base_url}/join?room={inside}"
    type_, pages = _laid_out(sorted(room.pairs(visit.db), key=lambda pair: folded(pair.name)))
    number = _chosen(visit.form.text("page"), len(pages))
    answer = visit.show(
        "big_screen.html",
        inside=inside,
        code=code(visit, address) if inside else "",
        address=address.partition("//")[2],
        arrived=len(room.arrived(visit.db, visit.now)),
        pages=pages,
        type=type_,
        number=number,
        still=still,
    )
    if not still:
        answer.headers["Refresh"] = _refresh(visit, number, len(pages))
    return answer


def _laid_out(pairs: list[Pair]) -> tuple[str, list[list[Pair]]]:
    """The largest type that takes no more pages than the smallest, and the pairs on them."""
    fewest = len(_pages(pairs, 1.0))
    laid_out = ((name, _pages(pairs, larger)) for name, larger in TYPES.items())
    return next((name, pages) for name, pages in laid_out if len(pages) == fewest)


def _pages(pairs: list[Pair], larger: float) -> list[list[Pair]]:
    """The pairs in their order, on as few pages as hold them in this type, each about as full as the others."""
    heights = list(accumulate(_height(pair, int(WIDE / larger)) for pair in pairs))
    count = -(-heights[-1] // int(TALL / larger)) if heights else 0
    pages: list[list[Pair]] = [[] for _ in range(count)]
    for pair, height in zip(pairs, heights, strict=True):
        pages[(height - 1) * count // heights[-1]].append(pair)
    return pages


def _height(pair: Pair, wide: int) -> int:
    """How many half lines a name and whom to look for take, with the gap to the next, where a line has `wide` signs."""
    mine = f"{pair.name}, {pair.whose}" if pair.whose else pair.name
    return 1 + 2 * -(-len(f"{mine} → {'; '.join(map(', '.join, pair.partners))}") // wide)


def _chosen(typed: str, pages: int) -> int:
    """The page asked for, counted from 1, if there is one like it; else the first."""
    return next((number for number in range(1, pages + 1) if str(number) == typed), 1)


def _refresh(visit: Visit, number: int, pages: int) -> str:
    if pages < 2:
        return str(EVERY)
    return f"{TURN}; url={visit.link('/screen', page=str(number % pages + 1))}"


def save(visit: Visit) -> Response:
    """Open the room, with whom was in it or empty, or close it; doing any twice is the same as once."""
    if visit.form.text("room") == "close":
        room.close_room(visit.db, visit.now)
    else:
        room.open_room(visit.db, visit.now, empty=visit.form.text("room") == "empty")
    return visit.go("/screen")
