"""A walk through the dashboard at random, as two organisers take it who have no plan.

`python -m tests.browser.walk --seeds 20 --steps 100` walks 2,000 steps over twenty seeds; the test takes 150 with one.
"""

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from coffee.sample import write_sample
from tests.browser.conftest import ARGS, RUNS
from tests.browser.table import IN_THE_FILE, effects
from tests.running import ROOT, free_port

FINDS = (Path(__file__).with_name("controls.js")).read_text("utf-8")
PASSWORD = "three random words"
TOO_LONG = "a" * 300
WORDS = ["an", "O'Brien", "council", "=cmd()", "<b>", "李", "", "nobody like this", TOO_LONG]
PATIENCE = 45_000  # ms, on a machine that does other things too
A_CLICK = 9_000  # ms of it, after which a control is looked for anew


class Astray(AssertionError):
    """A step that did not do what the table says."""


@dataclass(frozen=True)
class Control:
    """A control on screen: its place on the page, its kind, its label, what it shows, and its number there."""

    place: str
    kind: str
    label: str
    value: str
    number: int
    disabled: bool

    @property
    def name(self) -> tuple[str, str, str]:
        return self.place, self.kind, self.label


@dataclass
class Seen:
    """What there was before a step: the file by table, the address, what was told, the runs of the page's script, what
    was not saved, and dialogs."""

    file: dict[str, int]
    address: str
    told: list[str]
    runs: int
    unsaved: int
    dialogs: int


@dataclass
class Organiser:
    """One of the organisers: their browser, and what the file was when they looked last."""

    page: Page
    url: str
    scheme: Path
    chance: random.Random
    taken: Counter[tuple[str, str, str]]
    trail: list[str] = field(default_factory=list)
    looked: dict[str, int] = field(default_factory=dict)

    def enter(self) -> None:
        """Sign in."""
        self.page.goto(f"{self.url}/sign-in")
        if self.page.get_by_label("Password").count():
            self.page.get_by_label("Password").fill(PASSWORD)
            self.page.get_by_role("button", name="Sign in").click()
        self.settle()

    def arrive(self) -> None:
        """Sign in for the first time."""
        self.trail.append("arrives")
        self.enter()
        self.look()

    def settle(self) -> None:
        """Wait until the page that the address names stands."""
        try:
            self.page.wait_for_function(STANDS, timeout=PATIENCE)
        except Error as error:
            raise Astray(f"{self.page.url} does not settle: {self.page.evaluate(STATE)}") from error

    def controls(self) -> list[Control]:
        """The controls that can be reached now."""
        for _ in range(5):
            try:
                return [Control(**found) for found in self.page.evaluate(FINDS)]
            except Error:  # another page is being loaded
                self.page.wait_for_load_state()
                self.settle()
        raise Astray("The page is loaded again and again")

    def file(self) -> dict[str, int]:
        """A number for each table of the scheme that is looked at, which changes with what is in it."""
        sample = "scheme=sample" in self.page.url
        with closing(sqlite3.connect(self.scheme.with_name("sample.db") if sample else self.scheme)) as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: hash(tuple(db.execute(f"SELECT * FROM [{name}]"))) for name in names}

    def told(self) -> list[str]:
        """The sentences in alerts and toasts."""
        return self.page.locator("[data-testid=stAlert], [data-testid=stToast]").all_inner_texts()

    def step(self) -> None:
        """Take one step, and find that it did what it should."""
        self.settle()  # the other organiser's steps took a while, in which the connection may have been lost
        if urlsplit(self.page.url).path == "/sign-in":  # or everybody signed out
            self.trail.append("  sign in")
            self.enter()
        if self.chance.random() < 0.12:
            self._travel(self.chance.choice(["back", "forward", "reload"]))
        else:
            self._press()
        self.settle()
        self.look()

    def look(self) -> None:
        """Find that the page is whole, and that every control is known and shows what is in the file."""
        page = self.page
        if urlsplit(page.url).path == "/sign-in" or not page.url.startswith(self.url):
            self.trail.append("  sign in")
            self.enter()
        for fault in ("[data-testid=stException]", "text=Something went wrong", "text=Traceback"):
            if page.locator(fault).count():
                raise Astray(f"An error page: {page.locator(fault).first.inner_text()[:300]}")
        here = self.controls()
        if unknown := sorted({one.name for one in here if effects(*one.name) is None}):
            raise Astray(f"The table does not know {unknown}. Add what it does to tests/browser/table.py.")
        self._compare_with_the_file(here)
        self.looked = self.file()

    def _compare_with_the_file(self, here: list[Control]) -> None:
        sample = "scheme=sample" in self.page.url
        with closing(sqlite3.connect(self.scheme.with_name("sample.db") if sample else self.scheme)) as db:
            for one in here:
                if one.kind != "select" or one.place == "dialog" or one.label not in IN_THE_FILE or not one.value:
                    continue
                there = {str(row[0]) for row in db.execute(IN_THE_FILE[one.label])} | {"All letters"}
                if one.value not in there:
                    raise Astray(f"{one.name} shows {one.value!r}, which is not in the file")
                if (one.place, one.label) == ("rounds", "Round"):
                    said = self.page.get_by_text(re.compile(rf"^Round {one.value} (is|was) "))
                    expect(said.first).to_be_visible(timeout=PATIENCE)

    def _travel(self, how: str) -> None:
        before = self.controls()
        self.trail.append(f"{how} from {self.page.url}")
        try:
            {"back": self.page.go_back, "forward": self.page.go_forward, "reload": self.page.reload}[how](
                wait_until="commit"
            )
        except Error:  # the way led to a sign-in that is over
            self.page.goto(self.url)
        if not self.page.url.startswith(self.url):  # the way back led out of the dashboard
            self.page.goto(self.url)
        if urlsplit(self.page.url).path == "/sign-in":
            self.enter()
        self.settle()
        if how == "reload" and self.looked == self.file():
            self._came_back(before)

    def _came_back(self, before: list[Control]) -> None:
        """What the address holds is shown again after a reload."""
        lasting = {
            one.name: one.value
            for one in before
            if one.kind == "select" and any(e.startswith("address") for e in effects(*one.name) or [])
        }
        self._comes(
            lambda: lasting.items() <= {one.name: one.value for one in self.controls()}.items(),
            lambda: f"After a reload the selectors are not {lasting}",
        )

    def _press(self) -> None:
        here = [one for one in self.controls() if not one.disabled]
        if not here:  # a list lies open over everything
            self.page.keyboard.press("Escape")
            here = [one for one in self.controls() if not one.disabled]
        if not here:
            raise Astray("Nothing can be pressed")
        names = sorted({one.name for one in here})
        name = self.chance.choices(names, [1 / (1 + self.taken[_any_number(name)]) ** 2 for name in names])[0]
        self.taken[_any_number(name)] += 1
        one = self.chance.choice([control for control in here if control.name == name])
        known = effects(*name)
        assert known, name
        before = Seen(self.file(), self.page.url, self.told(), self.runs(), self.unsaved(), self.dialogs())
        was_stale = {table for table in before.file if self.looked.get(table) != before.file[table]} - {"messages"}
        self.trail.append(f"{' '.join(name)} ({one.value!r}) at {self.page.url}")
        if known == ["download"]:
            with self.page.expect_download(timeout=PATIENCE):
                self._done(one)
            return
        did = self._done(one)
        self.trail[-1] += f" -> {did!r}"
        wanted = [*known, "told", "closed"] if was_stale and known != ["signed out"] else known
        if "sign_ins" in was_stale:  # the other organiser may have signed everybody out
            wanted = [*wanted, "signed out"]
        self._comes(
            lambda: any(self._did(effect, before, one, did) for effect in wanted),
            lambda: (
                f"{' '.join(name)}: not {' or '.join(known)}. Chosen: {did!r}; told: {self.told()}; shown: "
                f"{[control.value for control in self.controls() if control.label in (one.label, did)]}"
            ),
        )

    def _done(self, one: Control) -> str:
        """Do what one does with such a control; find it anew when it was drawn again since it was found."""
        for _ in range(PATIENCE // A_CLICK):
            try:
                return ACTIONS.get(one.kind, _click)(self, one)
            except Error:
                alike = [now for now in self.controls() if (now.name, now.value) == (one.name, one.value)]
                one = alike[0] if alike else one
        raise Astray(f"{one.name} cannot be used")

    def runs(self) -> int:
        """How often the script of this page was run for what was done on it."""
        return int(self.page.evaluate("runsDrawn()"))

    def unsaved(self) -> int:
        """The sections of Settings in which something is typed that is not saved."""
        return self.page.get_by_text("Not saved yet").count()

    def dialogs(self) -> int:
        """The dialogs that lie over the page."""
        return self.page.get_by_role("dialog").count()

    def _element(self, one: Control) -> Any:
        return self.page.locator(f'[data-walk="{one.number}"]')

    def _did(self, effect: str, before: Seen, one: Control, did: str) -> bool:
        what, _, rest = effect.partition(" ")
        page = self.page
        if what == "file":
            now = self.file()
            return any(now.get(table) != before.file.get(table) for table in rest.split())
        if what == "page":
            return bool(re.fullmatch(rest, page.get_by_role("heading", level=1).first.inner_text()))
        if what in ("address", "holds"):
            return self._holds(one, did) and (what == "holds" or self._addressed(rest.split(), before, did))
        if what == "unsaved":
            return self.unsaved() > 0 or self._holds(one, did)
        if what == "told":
            again = self.runs() > before.runs and page.get_by_test_id("stAlertContentError").count() > 0
            return again or (self.told() != before.told and bool(self.told()))
        if what == "sample":
            return "scheme=sample" in page.url
        if what == "own":
            return "scheme=sample" not in page.url
        if what == "signed":
            return urlsplit(page.url).path == "/sign-in"
        if what == "closed":
            return self.dialogs() < before.dialogs
        if what == "closes":
            return self.dialogs() < before.dialogs or (not self.dialogs() and self.unsaved() < max(1, before.unsaved))
        if what == "dialog":
            return self.dialogs() > 0
        if what == "menu":
            return page.locator("[data-testid=stMenuButtonBody]").count() > 0
        return True  # opens, nothing

    def _holds(self, one: Control, did: str) -> bool:
        """The control shows what was chosen, unless there was nothing to choose."""
        if not did:
            return True
        return any(
            now.kind == one.kind and now.value == did for now in self.controls() if now.label in (one.label, did)
        )

    def _addressed(self, names: list[str], before: Seen, did: str) -> bool:
        asked = parse_qs(urlsplit(self.page.url).query, keep_blank_values=True)
        return any(asked.get(name, [did])[0] in (did, did.strip(), "true", "") for name in names) or (
            self.page.url != before.address
        )

    def _comes(self, holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
        """Wait for something, as long as an organiser would."""
        for _ in range(PATIENCE // 100):
            try:
                if holds():
                    return
            except Error:  # the page is being replaced
                pass
            self.page.wait_for_timeout(100)
        raise Astray(otherwise())


STANDS = """() => {
  if (location.pathname.endsWith('/sign-in')) return document.querySelector('form') !== null
  const app = document.querySelector('[data-testid=stApp]')
  const noun = location.pathname.replace(/\\/$/, '').split('/').pop() || 'overview'
  const title = document.querySelector('[data-testid=stMain] h1')
  if (window.owedARun() || !title) return false
  if (app?.dataset.testConnectionState !== 'CONNECTED') return false
  return app.dataset.testScriptState === 'notRunning' && title.textContent.trim().toLowerCase() === noun
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]')
    && [...document.querySelectorAll('[role=dialog]')].every(e => e.getBoundingClientRect().width > 0)
}"""


STATE = """() => ({
  owed: window.owedARun(), app: {...document.querySelector('[data-testid=stApp]')?.dataset},
  title: document.querySelector('[data-testid=stMain] h1')?.textContent,
  redrawn: document.querySelectorAll('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]').length,
})"""


def _any_number(name: tuple[str, str, str]) -> tuple[str, str, str]:
    """A control's name, the same for every number in its label."""
    place, kind, label = name
    return place, kind, re.sub(r"[\d,]+", "1", label)


def _click(walker: Organiser, one: Control) -> str:
    walker._element(one).click(timeout=A_CLICK)
    return one.label if one.kind in ("choice", "tab") else ""


def _toggle(walker: Organiser, one: Control) -> str:
    walker._element(one).locator("xpath=ancestor::label[1]").click(timeout=A_CLICK)
    return "false" if one.value == "true" else "true"


def _select(walker: Organiser, one: Control) -> str:
    walker._element(one).click(timeout=A_CLICK)
    options = walker.page.get_by_role("option")
    try:
        options.first.wait_for(timeout=2_000)
    except Error:
        walker.page.keyboard.press("Escape")
        return ""
    for _ in range(walker.chance.randrange(1, 5)):  # by keyboard: a list of hundreds moves under the mouse
        walker.page.keyboard.press("ArrowDown")
    walker.page.keyboard.press("Enter")
    if one.kind == "several":
        walker.page.keyboard.press("Escape")
        return ""
    return str(walker._element(one).input_value()).strip()


def _type(walker: Organiser, one: Control) -> str:
    text = walker.chance.choice(WORDS)
    place = walker._element(one)
    place.fill(text)
    if text == TOO_LONG:  # which a field with a limit does not take
        text = place.input_value()
    place.press("Control+Enter" if one.value.startswith("area:") else "Enter")
    return f"area:{text}" if one.value.startswith("area:") else text


def _number(walker: Organiser, one: Control) -> str:
    number = str(walker.chance.randint(1, 20))
    walker._element(one).fill(number)
    walker._element(one).press("Enter")
    return number


def _slide(walker: Organiser, one: Control) -> str:
    walker._element(one).focus()
    walker.page.keyboard.press(walker.chance.choice(["ArrowLeft", "ArrowRight", "Home"]))
    return ""


def _grid(walker: Organiser, one: Control) -> str:
    """Tick or choose one of the first rows, in the column at the left."""
    walker._element(one).click(
        position={"x": 20, "y": 55 + 35 * walker.chance.randrange(3)}, timeout=A_CLICK, force=True
    )
    return ""


def _leave(walker: Organiser, one: Control) -> str:
    """Look at a control, and leave it."""
    return ""


ACTIONS: dict[str, Callable[[Organiser, Control], str]] = {
    "select": _select, "several": _select, "text": _type, "number": _number, "slider": _slide, "grid": _grid,
    "toggle": _toggle, "upload": _leave, "chart": _leave,
}  # fmt: skip


def walk(browser: Browser, url: str, scheme: Path, seed: int, steps: int) -> Counter[tuple[str, str, str]]:
    """Walk so many steps as two organisers. Returns how often each control was used. Raises Astray."""
    chance = random.Random(seed)
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in range(2)]
    taken: Counter[tuple[str, str, str]] = Counter()
    for context in contexts:
        context.add_init_script(path=RUNS)
        context.set_default_timeout(A_CLICK)
        context.set_default_navigation_timeout(PATIENCE)
    walkers = [Organiser(context.new_page(), url, scheme, chance, taken) for context in contexts]
    try:
        for step in range(steps):
            walker = walkers[step] if step < len(walkers) else chance.choice(walkers)
            try:
                walker.step() if walker.trail else walker.arrive()
            except (Error, AssertionError) as error:
                trail, seen = "\n".join(walker.trail[-12:]), walker.page.locator("body").inner_text()[:1000]
                raise Astray(f"Seed {seed}, step {step}: {error}\nThe way here:\n{trail}\nThe page:\n{seen}") from error
    finally:
        for context in contexts:
            context.close()
    return taken


def main() -> None:
    """Walk from the command line, each seed on a scheme of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    asked = parser.parse_args()
    failed, taken = 0, Counter[tuple[str, str, str]]()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = Path(folder) / "made.db"
        write_sample(made, datetime.now(UTC), months=12)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for seed in range(asked.first, asked.first + asked.seeds):
            here = Path(folder) / str(seed)
            here.mkdir()
            with served(made, here) as (url, scheme):
                try:
                    taken += walk(browser, url, scheme, seed, asked.steps)
                    print(f"Seed {seed}: {asked.steps} steps", flush=True)
                except Astray as error:
                    failed += 1
                    print(error, flush=True)
        browser.close()
    print(f"{len(taken)} different controls used")
    sys.exit(f"{failed} of {asked.seeds} seeds went astray" if failed else 0)


@contextmanager
def served(made: Path, here: Path) -> Iterator[tuple[str, Path]]:
    """The app on copies of this scheme, as the own one and as the sample."""
    scheme, port = here / "coffee.db", free_port()
    for copy in (scheme, here / "sample.db"):
        shutil.copy(made, copy)
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COFFEE_")}
        | {
            "COFFEE_SCHEME": str(scheme),
            "COFFEE_PASSWORD": PASSWORD,
            "STREAMLIT_SECRETS_FILES": str(here / "none.toml"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.readline()
    try:
        yield f"http://localhost:{port}", scheme
    finally:
        process.terminate()
        process.communicate(timeout=30)


if __name__ == "__main__":
    main()
