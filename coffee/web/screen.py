"""The big screen of a launch: the way in, how many have arrived, and who looks for whom. For a projector."""

from starlette.responses import Response

from coffee.scheme import room
from coffee.web.notices import code
from coffee.web.visit import Visit

EVERY = 5  # seconds between two looks


def show(visit: Visit) -> Response:
    """The code of the open room, or the pairs once a round is out. Looks again by itself unless asked to be still."""
    still = visit.form.text("still") == "yes"
    inside = room.is_open(visit.db, visit.now)
    address = f"{visit.office.base_url}/join?room={inside}"
    answer = visit.show(
        "screen.html",
        inside=inside,
        code=code(visit, address) if inside else "",
        address=address.partition("//")[2],
        arrived=len(room.arrived(visit.db, visit.now)),
        out=room.pairs(visit.db),
        still=still,
    )
    if not still:
        answer.headers["Refresh"] = str(EVERY)
    return answer


def save(visit: Visit) -> Response:
    """Open the room, or close it; doing either twice is the same as once."""
    if visit.form.text("room") == "close":
        room.close_room(visit.db, visit.now)
    else:
        room.open_room(visit.db, visit.now)
    return visit.go("/screen")
