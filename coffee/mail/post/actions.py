"""The organiser's actions on letters not being sent: settle doubts, try again, cancel, pause, remind."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from coffee.mail.letters import readdress, wording
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.preview import Draft, invented, try_out
from coffee.mail.post import outbox
from coffee.mail.post.eml_files import path_of
from coffee.scheme import Scheme, answers, cancelled_letters, messages, opt_outs, posting, rounds, settings, tokens

GONE = ("left", "erased")
CANCELLED = "Cancelled by the organiser before it was sent"
FAR = timedelta(days=1)  # what cannot be delivered waits for at most 16 hours before it is tried again
SAID_TO_HAVE_ARRIVED = "Marked as sent by the organiser"


def send_again(scheme: Scheme, now: datetime, state: str = "in doubt", ids: Collection[int] | None = None) -> int:
    """Let doubtful (or failed) letters go once more with the same bytes and Message-ID; returns how many.

    Those that are moot by now are cancelled instead; to who has another address by now it goes as a new letter.
    """
    with scheme.writing() as db:
        cancelled_letters.cancel(db)
        chosen = messages.in_state(db, state, ids)
        posting.wait_again(db, chosen, now)
        readdress.readdress(db)
        return len(chosen) - cancelled_letters.cancel(db)


def send_late(scheme: Scheme, now: datetime) -> int:
    """Let letters that are due more than a day from now go at once, as after a clock was wrong; returns how many.

    Those that are moot by now are cancelled instead; to who has another address by now it goes as a new letter.
    """
    with scheme.writing() as db:
        cancelled_letters.cancel(db)
        readdress.readdress(db)
        return posting.bring_forward(db, now + FAR, now)


def mark_as_sent(scheme: Scheme, now: datetime, ids: Collection[int] | None = None) -> int:
    """Count doubtful letters as sent; returns how many."""
    return _conclude(scheme, "in doubt", SAID_TO_HAVE_ARRIVED, ids, sent_at=now)


def cancel(scheme: Scheme, ids: Collection[int] | None = None, state: str = "waiting") -> int:
    """Never send letters that still wait (or have failed); returns how many. Their links stop being stored."""
    return _conclude(scheme, state, CANCELLED, ids)


def pause(scheme: Scheme, paused: bool) -> None:
    """Hold all letters back, or let them go; the one in hand is finished first."""
    with scheme.writing() as db:
        settings.put(db, "letters_paused", paused)


def limit(scheme: Scheme, per_minute: int | None) -> None:
    """Send at most so many letters a minute; None for as fast as the server takes them."""
    with scheme.writing() as db:
        settings.put(db, "letters_per_minute", per_minute)


def write_to_round(scheme: Scheme, office: Office, round_id: int, kind: str, now: datetime) -> int:
    """Queue a reminder or feedback request to those in the round who need one; how many it was."""
    letters = letters_to_round(scheme, office, round_id, kind, now)
    with scheme.writing() as db:
        return outbox.queue(db, letters, now)


def letters_to_round(scheme: Scheme, office: Office, round_id: int, kind: str, now: datetime) -> list[Letter]:
    """A reminder or feedback request to everybody whom `to_round` names."""
    return to_round(scheme, office, round_id, kind, now).letters()


def to_round(scheme: Scheme, office: Office, round_id: int, kind: str, now: datetime) -> Batch:
    """Reminders or feedback requests to be written, to those in the round's matches who have not said how it went.

    A person who has left, has unsubscribed, whom letters cannot reach, or who has had this letter about this match gets
    none. A reminder goes to nobody
    whose partner has said whether they met. Who was erased is not spoken of any more, and for a reminder who left or
    cannot meet this time is no part of the match; one of which only one is left gets no letter.
    """
    with scheme.reading() as db:
        number = rounds.get(db, round_id).number
        seats = rounds.seats(db, round_id)
        said = answers.all_answers(db)
        stopped = messages.unsubscribed(db)
        cannot = outbox.seats_of(opt_outs.who_cannot(db, round_id))
        had = messages.already_queued(db, round_id, kind)
        texts = wording.texts(db, kind)
    spoken_of = seats[seats["status"] != "erased"]
    if kind == "reminder":
        out = spoken_of.set_index(["match", "person"]).index.isin(cannot)
        spoken_of = spoken_of[~out & ~spoken_of["status"].isin(GONE) & (spoken_of["met"] == "unknown")]
    spoken_of = spoken_of[spoken_of.groupby("match")["person"].transform("size") > 1]
    asked = spoken_of[~spoken_of["status"].isin(GONE) & (spoken_of["cannot_reach"] == "")]
    answered = set(said.loc[(said["round"] == number) & (said["met"] != "not yet"), "person"])
    wanted = outbox.seats_of(asked[~asked["person"].isin(answered | stopped)]) - had
    matches = outbox.matches_of(spoken_of)
    return outbox.to_matches(texts, matches, Occasion.of_round(office, round_id, number, now), only=wanted)


def as_it_went(message: messages.Stored, folder: Path) -> bytes:
    """A letter's bytes; those of the file with its links in place, when it was kept as one."""
    path = path_of(folder, message.kind, message.recipient, message.message_id)
    return path.read_bytes() if message.state == "sent" and path.is_file() else message.letter


def _conclude(
    scheme: Scheme, state: str, why: str, ids: Collection[int] | None, sent_at: datetime | None = None
) -> int:
    with scheme.writing() as db:
        chosen = messages.in_state(db, state, ids)
        for message_id in chosen:
            messages.conclude(db, message_id, why, sent_at)
    return len(chosen)


def send_test(scheme: Scheme, office: Office, now: datetime, draft: Draft | None = None) -> None:
    """Queue a letter about invented people, addressed to the organiser: an introduction, or what a draft makes.

    Its personal links lead nowhere. Raises TemplateFault when the draft cannot be filled.
    """
    with scheme.reading() as db:
        draft = draft or Draft("introduction", wording.source(db, "introduction"))
        letter = try_out(office, draft, invented(db, office), now, tokens.mint)
    test = replace(letter, kind="test", key=f"test:{now.isoformat()}", person_id=None, round_id=None, match_id=None)
    with scheme.writing() as db:
        outbox.queue(db, [replace(test, links=())], now)
