"""Two hundred kills at random moments: whatever a process was at, the next one finds it done or not begun."""

import json
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from coffee.automation.chores import Chores
from coffee.config.environment import Environment
from coffee.mail.post.eml_files import WHY, folder_of, keep_due, path_of
from coffee.people import organisations, service
from coffee.rounds import life as rounds
from coffee.sample import OFFICE
from coffee.scheme import Scheme, backup, open_scheme
from coffee.scheme import organisations as in_scheme
from coffee.scheme import rounds as in_rounds
from coffee.scheme.connect import APPLICATION_ID
from coffee.scheme.migrations import migrations
from coffee.web.organisers.vault import Vault

KILLS = 200
LATEST = 0.3  # seconds until a kill, or as long as the work lasts, if that is more
A_LIFE = 5  # kills until a new folder
ROSTER = 50  # people
OLD_FILES = 20
FOLDERS = ("old", "starts", "backups")
TOGETHER = 3  # processes that start at once
COLUMNS = ("kills", "finished", "left", "half-done")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def run() -> None:
    """Kill two hundred times and print what was found; AssertionError names what was half done."""
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Path(folder), random.Random(16))
        for _ in range(KILLS):
            walk.kill()
    print(walk.table())
    assert not walk.faults, walk.faults


class Walk:
    """Kills, one after the other, and the `faults` found after them."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.faults: list[str] = []
        self._folder, self._chance = folder, chance
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._kills, self._slowest = 0, 0.0
        self._context = get_context("forkserver")  # its children begin with everything imported
        self._context.set_forkserver_preload(["tests.bench.kills"])
        self._kinds: list[str] = []

    def kill(self) -> None:
        """Kill somebody at work, start again and look at what is there. Each kind of work gets its turn."""
        if self._kills % A_LIFE == 0:
            self._life, self._known = _new_life(self._folder / str(self._kills)), set()
        self._kills += 1
        self._known |= _names(self._life)
        self._kinds = self._kinds or self._chance.sample(list(WORK), len(WORK))
        kind = self._kinds.pop()
        _lay_out(self._life, self._chance)
        finished = self._interrupted(kind)
        seen = self._seen[kind]
        seen += Counter(
            {"kills": 1, "finished": finished, "left": len(_leftovers(self._life, *map(self._life.joinpath, FOLDERS)))}
        )
        begun = time.monotonic()
        open_scheme(self._life / "coffee.db")
        self._slowest = max(self._slowest, time.monotonic() - begun)
        found = [f"{kind}: {fault}" for fault in _faults(self._life, self._known)]
        seen["half-done"] += bool(found)
        self.faults += found

    def _interrupted(self, kind: str) -> int:
        """Return how often those who worked had finished when they were killed."""
        pipes = [self._context.Pipe(duplex=False) for _ in range(TOGETHER if kind == "first start" else 1)]
        workers = [
            self._context.Process(target=work, args=(kind, self._life, self._chance.getrandbits(32), theirs))
            for _, theirs in pipes
        ]
        for worker, (_, theirs) in zip(workers, pipes, strict=True):
            worker.start()
            theirs.close()
        lasts = max(float(ours.recv_bytes()) for ours, _ in pipes)
        Event().wait(self._chance.uniform(0, max(LATEST, lasts)))
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.join()
            if worker.exitcode != -signal.SIGKILL:
                self.faults.append(f"{kind}: failed before it was killed")
        return sum(_drained(ours) for ours, _ in pipes)

    def table(self) -> str:
        """The kills by what was being done."""
        rows = [(kind, *(seen[what] for what in COLUMNS)) for kind, seen in sorted(self._seen.items())]
        rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
        heads = "| work | kills | finished before | drafts and halves they left | half-done after the next start |"
        lines = [f"| {kind} | " + " | ".join(f"{number:,}" for number in numbers) + " |" for kind, *numbers in rows]
        last = f"\nThe slowest opening after a kill took {self._slowest:.2f} s."
        return "\n".join([heads, "| --- | ---: | ---: | ---: | ---: |", *lines, last])


def work(kind: str, life: Path, seed: int, tell: Connection) -> None:
    """Do this again and again until killed; tell how long the first time took in seconds, and each time it was done."""
    chance = random.Random(seed)
    scheme = Scheme(life / "coffee.db")
    step = WORK[kind](scheme, chance)
    begun = time.monotonic()
    step(0)  # the first one also loads what is only loaded when it is used
    tell.send_bytes(str(time.monotonic() - begun).encode())
    for number in count(1):
        step(number)
        tell.send_bytes(b"done")


def _importing(scheme: Scheme, chance: random.Random) -> Callable[[int], object]:
    return lambda _: service.import_roster(scheme, roster(chance), "people.csv", NOW)


def _publishing(scheme: Scheme, _: random.Random) -> Callable[[int], object]:
    def step(_: int) -> None:
        with scheme.reading() as db:
            left = in_rounds.draft_id(db)
            before = left and in_rounds.get(db, left)
        if before:
            rounds.discard(scheme, before.id, before.version)
        round_id = rounds.generate(scheme, NOW)
        with scheme.reading() as db:
            version = in_rounds.get(db, round_id).version
        rounds.publish(scheme, round_id, version, OFFICE, NOW)
        keep_due(scheme, folder_of(scheme), NOW)
        rounds.close(scheme, round_id, NOW)

    return step


def _merging(scheme: Scheme, chance: random.Random) -> Callable[[int], object]:
    def step(_: int) -> None:
        if last := organisations.last_merge(scheme):
            organisations.undo_merge(scheme, last[0])
        else:
            with scheme.reading() as db:
                names = list(in_scheme.organisations(db)["organisation"])
            into, *others = chance.sample(names, 3)
            organisations.merge(scheme, [into, *others], into)

    return step


def _erasing(scheme: Scheme, chance: random.Random) -> Callable[[int], object]:
    def step(_: int) -> None:
        with scheme.reading() as db:
            here = [row[0] for row in db.execute("SELECT id FROM people WHERE name IS NOT NULL")]
        service.erase(scheme, [chance.choice(here)])

    return step


def _backing_up(scheme: Scheme, chance: random.Random) -> Callable[[int], object]:
    def step(number: int) -> None:
        folder = chance.choice([scheme.path.parent, scheme.path.with_name("backups")])
        backup(scheme, folder / f"backup-{number}.db")
        scheme.copied()

    return step


def _migrating(scheme: Scheme, _: random.Random) -> Callable[[int], object]:
    return lambda number: open_scheme(scheme.path.parent / "old" / f"{number % OLD_FILES}.db")


def _starting(scheme: Scheme, chance: random.Random) -> Callable[[int], object]:
    def step(number: int) -> None:
        first = scheme.path.parent / "starts" / str(number) / "coffee.db"
        open_scheme(first)
        vault = Vault(first.with_suffix(".secrets"))
        vault.cookie_key()
        if chance.random() < 0.2:
            vault.set_password("three random words")

    return step


WORK: dict[str, Callable[[Scheme, random.Random], Callable[[int], object]]] = {
    "import": _importing,
    "publish": _publishing,
    "merge": _merging,
    "erase": _erasing,
    "backup": _backing_up,
    "migration": _migrating,
    "first start": _starting,
}


def roster(chance: random.Random) -> bytes:
    """People of five organisations. Names and addresses are like no other text; `role` repeats the organisation."""
    tag = f"{chance.getrandbits(48):012x}"
    lines = [
        f"Q{tag}{i:02d}w Quux,q{tag}{i:02d}w@x.example,Body {i % 5} of {tag},Body {i % 5} of {tag}"
        for i in range(ROSTER)
    ]
    return "\n".join(["Name,Email,Organisation,Role", *lines]).encode()


def _new_life(folder: Path) -> Path:
    scheme = open_scheme(folder / "coffee.db")
    service.import_roster(scheme, roster(random.Random(0)), "people.csv", NOW)
    return folder


def _lay_out(life: Path, chance: random.Random) -> None:
    """Empty the folders that work fills, and put files of earlier versions there to be brought up to date."""
    for name in FOLDERS:
        shutil.rmtree(life / name, ignore_errors=True)
        (life / name).mkdir()
    names = [migration.name for migration in migrations._migrations]
    for number in range(OLD_FILES):
        (life / "old" / f"{number}.db").write_bytes(_old_file(chance.choice(names[1:])))


@cache
def _old_file(before: str) -> bytes:
    db = Database(memory=True, strict=True)
    with closing(db.conn) as connection:
        migrations.apply(db, stop_before=before)
        connection.executemany(
            "INSERT INTO people (identity, name, organisation, joined_at) VALUES (?, 'P', 'Fife', '')",
            [[str(number)] for number in range(ROSTER)],
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.commit()
        return connection.serialize()


def _faults(life: Path, known: set[bytes]) -> Iterator[str]:
    """Sentences on what is half done in the folder once the app has been started there again.

    `known` are the names of everybody who was ever there.
    """
    scheme = _start_again(life)
    yield from map("{} is left behind".format, _leftovers(life / "old", life / "starts", life))
    backup(scheme, life / "backups" / "last.db")
    yield from map("{} is left behind".format, _leftovers(life / "backups"))
    with scheme.reading() as db:
        yield from _of_imports(db)
        yield from _of_rounds(db, life)
        yield from _of_merges(db)
    yield from _of_files(life)
    for copy in life.rglob("backup-*.db"):
        copy.unlink()
    yield from _of_erased(life, known)


def _start_again(life: Path) -> Scheme:
    """Open everything as the app does when it starts."""
    scheme = open_scheme(life / "coffee.db")
    Chores(scheme, Environment(scheme.path, OFFICE.base_url), lambda: NOW).look()
    for started in (life / "starts").iterdir():
        open_scheme(started / "coffee.db")
        Vault(started / "coffee.secrets").cookie_key()
    for old in (life / "old").glob("*.db"):
        open_scheme(old)
    return scheme


def _leftovers(*folders: Path) -> list[Path]:
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if any(sign in path.name for sign in ("draft", ".part", "-journal"))
        and (folder.name in FOLDERS or path.relative_to(folder).parts[0] not in FOLDERS)
    ]


def _names(life: Path) -> set[bytes]:
    """A word of the name and address of everybody who was not erased."""
    with Scheme(life / "coffee.db").reading() as db:
        names = db.execute("SELECT name FROM people WHERE name IS NOT NULL").fetchall()
    return {name.split()[0].lower().encode() for (name,) in names}


def _of_imports(db: Database) -> Iterator[str]:
    imports, here, erased = (
        db.execute(query).fetchone()[0]
        for query in (
            "SELECT count(*) FROM imports",
            "SELECT count(*) FROM people",
            "SELECT count(*) FROM people WHERE status = 'erased'",
        )
    )
    noted = db.execute("SELECT count(*) FROM import_changes").fetchone()[0]
    if here != ROSTER * imports or noted != here - erased:
        yield f"{imports} imports brought {here} people, {erased} of them erased, and note {noted}"


def _of_rounds(db: Database, life: Path) -> Iterator[str]:
    for number, state, seats, letters in db.execute(
        """SELECT number, state,
                  (SELECT count(*) FROM seats s JOIN matches m ON m.id = s.match_id WHERE m.round_id = r.id),
                  (SELECT count(*) FROM messages WHERE round_id = r.id AND kind = 'introduction')
           FROM rounds r"""
    ):
        if not seats or letters != (0 if state == "draft" else seats):
            yield f"round {number} is {state} with {seats} seats and {letters} letters"
    for row in db.execute("SELECT kind, recipient, message_id FROM messages WHERE why = ? AND letter != x''", [WHY]):
        if not path_of(life / "letters", *row).exists():
            yield f"a letter to {row[1]} counts as kept, and has no file"


def _of_merges(db: Database) -> Iterator[str]:
    merged = {
        name: into
        for into, before in db.execute("SELECT into_name, before FROM merges")
        for name in json.loads(before)["names"]
    }
    if in_scheme.read_as(db) != merged:
        yield f"{merged} are merged, and {in_scheme.read_as(db)} are read as another"
    for written, organisation in db.execute("SELECT role, organisation FROM people WHERE role IS NOT NULL"):
        if organisation != merged.get(written, written):
            yield f"somebody of {written} belongs to {organisation}"
    for (organisation,) in db.execute("SELECT DISTINCT organisation FROM seats"):
        if organisation in merged:
            yield f"a past round still has {organisation}"


def _of_files(life: Path) -> Iterator[str]:
    today = _schema(open_scheme(life / "starts" / "new.db").path)
    for path in life.rglob("*.db"):
        if _schema(path) != today:
            yield f"{path} has other tables than a new scheme"
        with closing(sqlite3.connect(path)) as db:
            if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                yield f"{path} is damaged"
            if db.execute("PRAGMA foreign_key_check").fetchall():
                yield f"{path} names rows that are not there"
            if db.execute("SELECT count(*) FROM people").fetchone()[0] % ROSTER:
                yield f"{path} has lost people"


def _of_erased(life: Path, known: set[str]) -> Iterator[str]:
    """Nobody who was ever in the scheme and no longer is has left their name or address in any of its files."""
    gone = known - _names(life)
    for path in filter(Path.is_file, life.rglob("*")):
        text = path.name.lower().encode() + path.read_bytes().lower()
        yield from (f"{path} still names {name.decode()}" for name in gone if name in text)


def _schema(path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def _drained(pipe: Connection) -> int:
    """Count the messages left in it."""
    found = 0
    with pipe:
        try:
            while pipe.recv_bytes():
                found += 1
        except EOFError:
            return found
