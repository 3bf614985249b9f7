"""The big screen at a launch event: the code to join by, the number of arrivals, and who meets whom."""

from itertools import accumulate

from starlette.responses import Response

from coffee.scheme import room
from coffee.scheme.room import Pair
from coffee.text.search import folded
from coffee.web.http.visit import Visit
from coffee.web.participants.statements import qr_code

REFRESH_SECONDS = 5
PAGE_SECONDS = 8  # for each page of names
PAGE_HALF_LINES = 84  # on a page of names in the smallest type, in two columns, so that a projector shows all of it
LINE_CHARACTERS = 54  # in a line of the smallest type
TYPE_SCALES = {"few": 4.0 / 2.6, "some": 3.4 / 2.6, "many": 3.0 / 2.6, "": 1.0}  # by the class in the style sheet


def show(visit: Visit) -> Response:
    """Show the code of the open room and, once a round is out, one page of pairs.

    The page refreshes and turns by itself, unless it is opened with `still=yes`.
    """
    still = visit.form.text("still") == "yes"
    room_code = room.is_open(visit.db, visit.now)
    address = f"{visit.office.base_url}/join?room={room_code}"
    type_, pages = _layout(sorted(room.pairs(visit.db), key=lambda pair: folded(pair.name)))
    number = _chosen(visit.form.text("page"), len(pages))
    answer = visit.show(
        "big_screen.html",
        room_code=room_code,
        code=qr_code(visit, address) if room_code else "",
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


def _layout(pairs: list[Pair]) -> tuple[str, list[list[Pair]]]:
    """The largest type that needs no more pages than the smallest does, and the pages of pairs in it."""
    fewest = len(_pages(pairs, 1.0))
    laid_out = ((name, _pages(pairs, scale)) for name, scale in TYPE_SCALES.items())
    return next((name, pages) for name, pages in laid_out if len(pages) == fewest)


def _pages(pairs: list[Pair], scale: float) -> list[list[Pair]]:
    """The pairs in order, spread evenly over as few pages as this type allows."""
    heights = list(accumulate(_height(pair, int(LINE_CHARACTERS / scale)) for pair in pairs))
    count = -(-heights[-1] // int(PAGE_HALF_LINES / scale)) if heights else 0
    pages: list[list[Pair]] = [[] for _ in range(count)]
    for pair, height in zip(pairs, heights, strict=True):
        pages[(height - 1) * count // heights[-1]].append(pair)
    return pages


def _height(pair: Pair, wide: int) -> int:
    """The half lines that an entry needs, with the gap below it, where a line holds `wide` characters."""
    mine = f"{pair.name}, {pair.whose}" if pair.whose else pair.name
    return 1 + 2 * -(-len(f"{mine} → {'; '.join(map(', '.join, pair.partners))}") // wide)


def _chosen(typed: str, pages: int) -> int:
    """The number of the page asked for, counted from 1. The first if there is no such page."""
    return next((number for number in range(1, pages + 1) if str(number) == typed), 1)


def _refresh(visit: Visit, number: int, pages: int) -> str:
    if pages < 2:
        return str(REFRESH_SECONDS)
    return f"{PAGE_SECONDS}; url={visit.link('/screen', page=str(number % pages + 1))}"


def save(visit: Visit) -> Response:
    """Open the room as it was, open it empty, or close it. Doing any of these twice is the same as doing it once."""
    if visit.form.text("room") == "close":
        room.close_room(visit.db, visit.now)
    else:
        room.open_room(visit.db, visit.now, empty=visit.form.text("room") == "empty")
    return visit.go("/screen")
