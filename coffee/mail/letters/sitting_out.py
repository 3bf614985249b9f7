"""Letters to those who have no match in a round: the number is odd, or nobody is free for them to meet."""

from collections.abc import Mapping

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.languages import Fields
from coffee.mail.letters.notice import notices
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.place import today
from coffee.scheme import people
from coffee.scheme.rounds import NOBODY, ODD
from coffee.text.language import Language

WHY = (ODD, NOBODY)  # those whom the organiser left out by hand hear from the organiser


def letters_to(db: Database, over: Mapping[int, str], occasion: Occasion) -> Batch:
    """Return a letter to each of these people; `over` gives the reason by id, one of `WHY`."""
    readers = [Reader.of(people.person(db, person, today(db, occasion.now))) for person in sorted(over)]

    def specific(reader: Reader) -> Fields:
        return lambda language: fields(language, over[reader.id])

    return notices(wording.texts(db, "sits out"), readers, specific, occasion)


def fields(language: Language, why: str) -> dict[str, object]:
    """The fields of the letter to somebody who sits out for this reason."""
    if why == ODD:
        return {
            "why": language.say("An odd number of people take part, so one person sits out, and this time it is you.")
        }
    return {"why": language.say("When the matches were made, nobody was free for you to meet.")}
