"""Forms and uploads as nobody means them, for as many seconds as `python -m tests.bench.fuzz SECONDS` says."""

import random
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import xlwt
from openpyxl import Workbook
from starlette.testclient import TestClient

from coffee.child import MEMORY, SECONDS
from coffee.cli.pair_files import SheetError, read_history, read_pairs, read_people
from coffee.people import organisations, service
from coffee.place import place
from coffee.roster import RosterError, Sheet, guess, likeliest, open_file, read, table
from coffee.sample import ROSTER
from coffee.scheme import Scheme, open_scheme
from tests.bench.odd_requests import Witness, application, send_all
from tests.changes import version_of

SHORT = 30  # seconds
Opening = Callable[[bytes, str], list[Sheet]]
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
ROWS = [line.split(",") for line in ROSTER.read_text(encoding="utf-8-sig").splitlines()[:12]]
PAIRS = b"email_1,email_2,email_3\nann@x.example,bob@x.example,\ncy@x.example,ann@x.example,bob@x.example\n"
PEOPLE = b"name,email,organisation\nAnn,ann@x.example,Fife\nBob,bob@x.example,Kent\nCy,cy@x.example,Fife\n"
WORDS = [
    word.encode() for word in ("\x00", "\u202e", "\r", '"', "\n\n", ",", ";", "\t", "9" * 400, "-1", "1e999", "NaN")
]
WORDS += [
    word.encode() for word in ("Infinity", "31/02/2026", "0000-00-00", "99999-99-99", "=cmd()", "'", "&lt;", "&#x0;")
]
WORDS += [word.encode() for word in ("A1048576", "XFD1", 'r="', 'count="', "\x1a", "NA", "paused", "@", "e\u0301" * 99)]
WORDS += [b"\xff\xfe", b"\xed\xa0\x80"]


def run(seconds: float = SHORT) -> None:
    """Half the time forms, half the time files; print what came of them. AssertionError names each crash."""
    seen, crashes = _forms(seconds / 2)
    files, more = _uploads(seconds / 2)
    print("| sent | how many |\n| --- | ---: |")
    for what, number in [*seen.items(), *files.items()]:
        print(f"| {what} | {number:,} |")
    assert not crashes + more, "\n\n".join(crashes + more)


def _forms(seconds: float) -> tuple[dict[str, int], list[str]]:
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "coffee.db")
        client = TestClient(application(scheme), raise_server_exceptions=False, follow_redirects=False)
        before = _megabytes()
        with version_of(scheme) as version, client as browser:
            witness = Witness(scheme, version, browser)
            while time.monotonic() < until:
                send_all(witness, 100)
    wrong = {name: witness.seen[name] for name in ("5xx", "traceback", "changed", "bystander")}
    seen = {"requests to forms": witness.seen["sent"], "of them with a working link": witness.seen["with a link"]}
    return seen | {"MB more at the most after them": _megabytes() - before}, [
        f"{name}: {number} requests" for name, number in wrong.items() if number
    ]


def _uploads(seconds: float) -> tuple[dict[str, int], list[str]]:
    """Files to a process with the limits of the app's own, begun anew when it dies."""
    context, chance, until = get_context("forkserver"), random.Random(16), time.monotonic() + seconds
    seen: Counter[str] = Counter()
    crashes: list[str] = []
    most = 0
    while time.monotonic() < until:
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=send_files, args=(chance.getrandbits(32), until, theirs))
        worker.start()
        theirs.close()
        with suppress(EOFError):
            while ours.poll(SECONDS):
                what, crash, memory = ours.recv()
                most = max(most, memory)
                seen[what] += 1
                if crash and crash not in crashes:
                    crashes.append(crash)
                    print(crash, flush=True)
        worker.kill()
        worker.join()
        seen["processes that died or hung over a file"] += time.monotonic() < until
    return dict(sorted(seen.items())) | {"MB at the most in their process": most}, crashes


def send_files(seed: int, until: float, tell: Connection) -> None:
    """Read mutated files to the end of time, as the app would; tell of each (its kind and fate, its crash, MB)."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "coffee.db")
        service.import_roster(scheme, ROSTER.read_bytes(), ROSTER.name, NOW)
        while time.monotonic() < until:
            kind = chance.choice(list(SEEDS))
            data = mutated(SEEDS[kind], chance)
            fate, crash = outcome(scheme, kind, data)
            tell.send((f"{kind} files {fate}", crash, _megabytes()))


def outcome(scheme: Scheme, kind: str, data: bytes, opening: Opening = open_file) -> tuple[str, str]:
    """Return what became of a file, with the traceback if it crashed."""
    try:
        if kind == "pairs":
            _pair(data, "pairs.csv")
        else:
            _preview(scheme, data, f"people.{kind}", opening)
    except (RosterError, SheetError):
        return "refused in a sentence", ""
    except Exception:
        return "crashed", traceback.format_exc()
    return "read", ""


def _preview(scheme: Scheme, data: bytes, name: str, opening: Opening) -> None:
    """All the way of an upload: opened, read, compared, saved and taken back."""
    try:
        sheets = opening(data, name)
    except MemoryError:
        raise RosterError(f"{name} is too large") from None  # as `people.opened` says of its child
    except BaseException as error:
        if isinstance(error, Exception):
            raise
        raise RosterError(f"{name} is damaged") from None  # a panic in the library ends the child only
    found = table(likeliest(sheets))
    with scheme.reading() as db:
        here = place(db)
    mapping = guess(found.headers, [cells for _, cells in found.lines])
    roster = read(found, mapping, organisation="Fife", place=here)
    organisations.alike(scheme, roster)
    preview = service.preview_of(scheme, roster, here.day(NOW))
    service.undo(scheme, service.confirm(scheme, preview, name, NOW), NOW)


def _pair(data: bytes, name: str) -> None:
    everybody = read_people(PEOPLE, "people.csv")
    for reading in (read_people, lambda d, n: read_pairs(d, n, everybody), lambda d, n: read_history(d, n, everybody)):
        with suppress(SheetError):
            reading(data, name)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with a few changes, which for a zipped one lie in its parts as often as in the archive itself."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(2000))
    if data[:2] != b"PK" or chance.random() < 0.3:
        return _changed(data, chance)
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, _changed(old.read(name), chance) if name == victim else old.read(name))
    return stream.getvalue()


def _changed(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in "ab")
        part = data[at : min(end, at + 60)]
        word = chance.choice([*WORDS, chance.randbytes(1)])
        before, behind = data[:at], data[at + len(part) :]
        if data.startswith(b"\xd0\xcf\x11\xe0"):  # an XLS whose parts move is refused at once
            data = (before + word + data[at + len(word) :])[: len(data)]
            continue
        ways = [word + data[at:], word + behind, part * chance.choice([2, 3, 50]) + behind, behind]
        data = before + chance.choice(ways) if chance.random() < 0.95 else data[:end] or data
    return data


def _xlsx() -> bytes:
    book, stream = Workbook(), BytesIO()
    for row in [*ROWS, [NOW.date(), 7700900123, 1.5, True]]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def _xls() -> bytes:
    book, stream = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("People")
    for number, row in enumerate([*ROWS, [7700900123, 1.5, True]]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.save(stream)
    return stream.getvalue()


def _ods() -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ["".join(cell.format(text.replace("&", "&amp;")) for text in row) for row in ROWS]
    cells = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    names = ("office", "table", "text")
    kinds = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:x"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content{kinds}><office:body><office:spreadsheet>"
            f'<table:table table:name="People">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


SEEDS = {"csv": "\n".join(map(",".join, ROWS)).encode(), "xlsx": _xlsx(), "xls": _xls(), "ods": _ods(), "pairs": PAIRS}

if __name__ == "__main__":
    run(float(sys.argv[1]) if sys.argv[1:] else SHORT)
