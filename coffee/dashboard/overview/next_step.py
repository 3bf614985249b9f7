"""The one next thing for the organiser to do. Pure."""

from dataclasses import dataclass

from coffee.insight.figures import Outcomes


@dataclass(frozen=True)
class Situation:
    """The numbers behind the next step. Counts of the newest round are 0 when there is none.

    `people` take part, and a draw made now would draw `active` of them; `unconfirmed` have not joined yet. `cannot`
    people strand their partners in the round with the number `cannot_in`, the newest that is out.
    """

    people: int = 0
    active: int = 0
    organisations: int = 0
    number: int = 0
    state: str = ""
    matches: int = 0
    met: int = 0
    did_not_meet: int = 0
    letters_to_settle: int = 0
    letters_waiting: int = 0
    cannot: int = 0
    cannot_in: int = 0
    unconfirmed: int = 0

    @property
    def outcomes(self) -> Outcomes:
        """The outcomes of the newest round's matches."""
        return Outcomes(self.met, self.did_not_meet, self.matches - self.met - self.did_not_meet)


@dataclass(frozen=True)
class Next:
    """The state of the scheme in a sentence, and the page and button for the next step.

    `draws` is the number of the round that the button draws; 0 when it only turns to the page. `shows` is the number of
    the round to look at there; 0 for the newest.
    """

    sentence: str
    page: str
    button: str
    draws: int = 0
    shows: int = 0


def next_step(now: Situation) -> Next:
    """Return the most urgent step: letters to decide on, then people left alone, then the next stage of the round."""
    if now.letters_to_settle:
        letters = "1 letter needs" if now.letters_to_settle == 1 else f"{now.letters_to_settle:,} letters need"
        return Next(f"{letters} your decision.", "emails", "Look at the letters")
    if now.active < 2:
        return Next("A round needs at least two active people.", "people", "Add people")
    return _cannot(now) if now.cannot else _of_round(now)


def _cannot(now: Situation) -> Next:
    one = now.cannot == 1
    who = "1 person cannot" if one else f"{now.cannot:,} people cannot"
    theirs = "their partner a new match" if one else "their partners new matches"
    sentence = f"{who} meet in round {now.cannot_in}. Find {theirs}."
    return Next(sentence, "rounds", "Find a new match" if one else "Find new matches", shows=now.cannot_in)


def _of_round(now: Situation) -> Next:
    number = now.number
    if not number:
        return _draw(f"{now.active:,} of {now.people:,} people can be drawn for the first round.", 1)
    if now.state == "draft":
        return Next(f"Round {number} is a draft of {now.matches:,} matches.", "rounds", f"Look over round {number}")
    if now.state == "closed":
        return _draw(f"Round {number} is closed: {now.outcomes.words()}.", number + 1)
    sentence = f"Round {number} is out: {now.outcomes.words()}."
    if now.letters_waiting:
        return Next(f"{sentence} {now.letters_waiting:,} letters are on their way.", "emails", "See the letters")
    return Next(sentence, "rounds", f"Follow round {number}")


def _draw(sentence: str, number: int) -> Next:
    return Next(sentence, "rounds", f"Generate round {number}", number)
