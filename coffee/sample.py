"""The sample scheme: invented people and months, made by the same steps an organiser takes."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sqlite_utils import Database

from coffee.config.environment import ROOT
from coffee.mail.letters.invitation import invite, read_list
from coffee.mail.letters.letter import Office
from coffee.people.service import import_roster
from coffee.rounds import life
from coffee.scheme import Scheme, SchemeError, answers, backup, open_scheme, opt_outs, posting, rounds, settings, tokens
from coffee.scheme.answers import Answer

ROSTER = ROOT / "data" / "sample-roster.csv"
OFFICE = Office("http://localhost:8501", "Sam Carter", "sam.carter@coffee.example.org", "Sample coffee trial")
ROUNDS = 4
MONTH = timedelta(days=28)
COMMENTS = (
    "We both run contact centres and had never compared notes. We are meeting again in June.",
    "Lovely to step away from the day job for half an hour.",
    "They put me in touch with their data team, who had solved our waiting-list problem.",
    "It took three tries to find a time, but it was worth it.",
    "Good talk. Not much overlap in our work, and that was refreshing.",
    "I shared our onboarding pack and got their audit checklist in return.",
)
STORIES = (
    "We found that both our councils were writing the same guide for carers. Now we write it together.",
    "She showed me how her team books interpreters in two clicks. We switched in a week and it saves us a day a month.",
    "I had never met anybody from a hospital. Next month I am shadowing the discharge team.",
    "It turned out that we had each bought half of the same data set. We have swapped.",
    "He told me what went wrong with their move to the cloud, and we changed our plan before it cost us anything.",
)
PITCH = "Half of it was about a product their team sells."
GUESTS = "\n".join(f"guest.{number}@coffee.example.org" for number in range(1, 10))
SKIPPING = {3: (5, 17, 41), 4: (12, 30)}  # round: people who ask to be left out of it
REASONS = ("We could not find a time", "They did not reply", "I was away")


def write_sample(destination: Path, now: datetime, months: int = ROUNDS) -> None:
    """Write a sample scheme with so many rounds, the last published two weeks ago. Raises SchemeError if a file is
    there.
    """
    if destination.exists():
        raise SchemeError(f"{destination} is there already. Remove it or choose another name; nothing was written.")
    destination.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "sample.db")
        _fill(scheme, now, months)
        backup(scheme, destination)


def _fill(scheme: Scheme, now: datetime, months: int) -> None:
    chance = np.random.Generator(np.random.PCG64(2016))
    start = now - timedelta(days=14) - (months - 1) * MONTH
    with scheme.writing() as db:
        settings.put(db, "sample", True)
        settings.put(db, "title", OFFICE.title)
        settings.put(db, "from", f"{OFFICE.name} <{OFFICE.address}>")
    import_roster(scheme, ROSTER.read_bytes(), ROSTER.name, start - timedelta(days=7))
    invite(scheme, OFFICE, read_list(GUESTS), start - timedelta(days=7))
    for number in range(months):
        with scheme.writing() as db:
            for person in SKIPPING.get(number + 1, ()):
                opt_outs.skip(db, person, number + 1)
        _play(scheme, start + number * MONTH, chance, last=number == months - 1)


def _play(scheme: Scheme, when: datetime, chance: np.random.Generator, *, last: bool) -> None:
    """Play a round: draw and publish it, write its letters, answer, and close it unless it is the last."""
    round_id = life.generate(scheme, when, seed=int(chance.integers(2**32)))
    with scheme.reading() as db:
        version = rounds.get(db, round_id).version
    life.publish(scheme, round_id, version, OFFICE, when)
    with scheme.writing() as db:
        for letter in posting.due(db, when, 1000):
            why = "Written for the sample; it never left."
            posting.mark_kept(db, letter.id, why, tokens.without_links(letter.letter), when)
        for _, seats in rounds.seats(db, round_id).groupby("match"):
            _talk(db, seats, when, chance, talkative=0.55 if last else 0.8)
    if not last:
        life.close(scheme, round_id, when + timedelta(days=25))


def _talk(db: Database, seats: pd.DataFrame, when: datetime, chance: np.random.Generator, *, talkative: float) -> None:
    """Let a match meet by chance, and each of its people answer, and agree, by further chances."""
    met = chance.random() < 0.75
    for match_id, person in seats[["match", "person"]].itertuples(index=False, name=None):
        if chance.random() < talkative:
            sees_it_so = met if chance.random() < 0.98 else not met
            answer = _happy(chance) if sees_it_so else Answer("no", why_not=str(chance.choice(REASONS)))
            after = when + timedelta(days=float(chance.uniform(3, 13)))
            answers.save(db, int(match_id), int(person), answer, after)


def _happy(chance: np.random.Generator) -> Answer:
    return Answer(
        "yes",
        knew_each_other=bool(chance.random() < 0.08),
        useful=int(chance.choice([2, 3, 4, 5], p=[0.08, 0.22, 0.4, 0.3])),
        helped=bool(chance.random() < 0.35),
        conduit=bool(chance.random() < 0.18),
        again=bool(chance.random() < 0.9),
        comment=str(chance.choice(COMMENTS)) if chance.random() < 0.4 else None,
        story=str(chance.choice(STORIES)) if (tells := chance.random() < 0.08) else None,
        story_may_be_shared=bool(chance.random() < 0.6) if tells else None,
        selling=PITCH if chance.random() < 0.02 else None,
    )
