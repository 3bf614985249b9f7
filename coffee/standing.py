"""Where a scheme stands, and the one next thing for its organiser to do. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """What the overview knows. Counts of the newest round are 0 when there is none.

    `cannot` people strand their partners in the round with the number `cannot_in`, the newest that is out.
    """

    people: int = 0
    active: int = 0
    organisations: int = 0
    number: int = 0
    state: str = ""
    matches: int = 0
    met: int = 0
    not_met: int = 0
    letters_to_settle: int = 0
    letters_waiting: int = 0
    cannot: int = 0
    cannot_in: int = 0


@dataclass(frozen=True)
class Next:
    """Where things stand in a sentence, and the page and button that take the scheme on.

    `draws` is the number of the round that the button draws; 0 when it only turns to the page. `shows` is the number of
    the round to look at there; 0 for the newest.
    """

    sentence: str
    page: str
    button: str
    draws: int = 0
    shows: int = 0


def next_step(now: Standing) -> Next:
    """The most urgent thing first: letters that need a decision, people left alone, then the round's own order."""
    if now.letters_to_settle:
        letters = "1 letter needs" if now.letters_to_settle == 1 else f"{now.letters_to_settle:,} letters need"
        return Next(f"{letters} your decision before anybody waits in vain.", "emails", "Look at the letters")
    if now.active < 2:
        return Next("A round needs at least two active people.", "people", "Add people")
    return _anew(now) if now.cannot else _of_round(now)


def _anew(now: Standing) -> Next:
    who, theirs = ("1 person", "partner") if now.cannot == 1 else (f"{now.cannot:,} people", "partners")
    sentence = f"{who} cannot meet in round {now.cannot_in}. Match their {theirs} anew."
    return Next(sentence, "rounds", "Match them anew", shows=now.cannot_in)


def _of_round(now: Standing) -> Next:
    number = now.number
    if not number:
        who = f"{now.active:,} people from {_organisations(now.organisations)} are ready"
        return _draw(f"{who} for the first round.", 1)
    if now.state == "draft":
        return Next(f"Round {number} is a draft of {now.matches:,} matches.", "rounds", f"Look over round {number}")
    met = f"{now.met:,} of {now.matches:,} matches have met ({100 * now.met / max(now.matches, 1):.0f}\u00a0%)"
    if now.state == "closed":
        return _draw(f"Round {number} is closed: {met}.", number + 1)
    silent = now.matches - now.met - now.not_met
    sentence = f"Round {number} is out: {met}, {silent:,} {'has' if silent == 1 else 'have'} not said."
    if now.letters_waiting:
        return Next(f"{sentence} {now.letters_waiting:,} letters are on their way.", "emails", "See the letters")
    return Next(sentence, "rounds", f"Follow round {number}")


def _draw(sentence: str, number: int) -> Next:
    return Next(sentence, "rounds", f"Generate round {number}", number)


def _organisations(count: int) -> str:
    return "1 organisation" if count == 1 else f"{count:,} organisations"
