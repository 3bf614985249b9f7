"""The rules of the house: what each room may import, what pure modules keep away from, and where SQL is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import rustworkx as rx

ROOT = Path(__file__).parents[1]
COFFEE = ROOT / "coffee"
FLOORS = """
pages app
cli dashboard
automation web sample
rounds people config exports
mail
figures
insight charts watch place
pairing roster scheme
days child
text
"""  # A room imports only rooms on floors below its own.
LETTER = [
    "body", "calendar", "languages", "letter", "markdown", "occasion", "personal", "reader", "reading", "template",
    "values",
]  # fmt: skip
PURE = [  # They take values and return values.
    "pairing", "roster", "insight", "charts", "days", "text", "cli/pair_files.py", "rounds/draft.py",
    "rounds/match_summary.py", "dashboard/overview/next_step.py", "automation/schedule.py", "automation/rhythm.py",
    "automation/sentences.py", "automation/outcome.py", *(f"mail/letters/{part}.py" for part in LETTER),
    "mail/post/errors.py", "mail/post/fairness.py", "scheme/errors.py", "scheme/mentions.py",
    "scheme/ordinary_words.py", "web/organisers/policy.py",
]  # fmt: skip
OUTSIDE = {
    "streamlit", "sqlite3", "sqlite_utils", "smtplib", "yagmail", "starlette",
    "os", "subprocess", "multiprocessing", "socket", "time", "random", "secrets",
}  # fmt: skip
FROM_SECRETS = {"pairing/draw.py", "mail/letters/values.py"}  # a seed where none is given; marks nobody can guess
OF_THE_SCHEME = {"frame.today", "visit.today"}
SQL_DAY = re.compile(r"\b(date|datetime|strftime|julianday)\s*\(|CURRENT_(DATE|TIME)")
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN)\b")


def modules(*places: str) -> Iterator[Path]:
    for place in places:
        path = COFFEE / place if (COFFEE / place).exists() else ROOT / place
        assert path.exists(), place
        yield from [path] if path.is_file() else path.rglob("*.py")


def imported(path: Path) -> set[str]:
    """Return the full names of what a file imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms(path: Path) -> set[str]:
    """Return the rooms of ours that a file imports: `coffee.scheme.people` is in `scheme`."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("coffee.")} - {"__version__"}


def house() -> dict[str, set[str]]:
    """Return, for each room, the other rooms that it imports."""
    arrows: dict[str, set[str]] = {}
    for path in [*modules("pages", "app.py"), *COFFEE.rglob("*.py")]:
        inside = path.relative_to(COFFEE if path.is_relative_to(COFFEE) else ROOT)
        room = inside.parts[0].removesuffix(".py")
        if not room.startswith("__"):
            arrows.setdefault(room, set()).update(rooms(path) - {room})
    return arrows


def test_imports_run_downstairs() -> None:
    """Every room has its floor, and imports only rooms on the floors below."""
    floor = {room: number for number, line in enumerate(FLOORS.strip().split("\n")) for room in line.split()}
    arrows = house()
    assert arrows.keys() == floor.keys()
    upward = {(room, other) for room, others in arrows.items() for other in others if floor[other] <= floor[room]}
    assert upward == set()


def test_the_picture_shows_the_house() -> None:
    """docs/architecture.md has the floors and the arrows of today, without those that follow from others."""
    graph: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    arrows = house()
    place = {room: graph.add_node(room) for room in arrows}
    graph.add_edges_from_no_data([(place[room], place[other]) for room in arrows for other in arrows[room]])
    reduced, _ = rx.transitive_reduction(graph)
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    floors = [" ".join(floor.split()) for floor in re.findall(r"subgraph .*\n([\s\S]*?)  end", text)]
    assert floors == FLOORS.strip().split("\n")
    drawn = set(re.findall(r"^  (\w+) --> (\w+)$", text, re.MULTILINE))
    assert drawn == {(reduced[one], reduced[other]) for one, other in reduced.edge_list()}
    assert [name for name in re.findall(r"`((?:coffee|tests)/[\w/]+\.py)`", text) if not (ROOT / name).exists()] == []


def test_pure_modules_touch_nothing_outside() -> None:
    """No screen, database, mail, web, process, clock or chance of their own, and no module of ours that has one."""
    pure_modules = set(modules(*PURE))
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in pure_modules}
    for path in pure_modules:
        outside = {name.split(".")[0] for name in imported(path)} & OUTSIDE
        assert outside <= ({"secrets"} if str(path.relative_to(COFFEE)) in FROM_SECRETS else set()), path
        for name in imported(path):
            assert not name.startswith("coffee.") or {name, name.rpartition(".")[0]} & known, f"{path} imports {name}"


def test_only_the_scheme_writes_sql() -> None:
    """No other module has a string that begins like a statement."""
    for path in [*modules("pages", "app.py"), *COFFEE.rglob("*.py")]:
        if path.is_relative_to(COFFEE / "scheme"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not SQL.match(node.value), f"{path}:{node.lineno}"


def test_nothing_inside_knows_the_screen() -> None:
    """Only what draws an organiser page, or stands at its door, imports Streamlit."""
    for path in COFFEE.rglob("*.py"):
        if not path.is_relative_to(COFFEE / "dashboard") and path.name != "openid.py":
            assert "streamlit" not in {name.split(".")[0] for name in imported(path)}, path


def raw_days(path: Path) -> Iterator[int]:
    """The lines of a module that make a day, or words for one, out of a moment by themselves."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="parse")), attr="date")):
                pass  # a day that somebody typed has no zone
            case ast.Call(func=ast.Attribute(attr="date"), args=[]) | ast.Attribute(attr="today" | "strftime"):
                if ast.unparse(node) not in OF_THE_SCHEME:
                    yield node.lineno
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=args) if [ast.unparse(a) for a in args] != [
                "UTC"
            ]:
                yield node.lineno
            case ast.FormattedValue(format_spec=ast.JoinedStr() as spec) if re.search("%[A-Za-z]", ast.unparse(spec)):
                yield node.lineno
            case ast.Constant(value=str(text)) if SQL_DAY.search(text) or re.search(r"[{(]:%[A-Za-z]", text):
                yield node.lineno
            case ast.keyword(arg="utc"):
                yield node.value.lineno


def test_one_place_turns_a_moment_into_a_day() -> None:
    """Days are those where the scheme is: only `coffee/days` knows what day a moment is there, and says it in words."""
    for path in [*modules("pages", "app.py"), *COFFEE.rglob("*.py")]:
        if not path.is_relative_to(COFFEE / "days"):
            assert list(raw_days(path)) == [], path
    for path in [*COFFEE.rglob("*.js"), *COFFEE.rglob("*.html")]:
        assert not re.search(r"toLocale|new Date\b|strftime|\.date\(\)", path.read_text("utf-8")), path


def test_streamlit_finds_no_pages_folder_beside_its_script() -> None:
    """A folder coffee/dashboard/pages would be served without sign-in."""
    assert not (COFFEE / "dashboard" / "pages").exists()


SORTS = {"sorted", "sort", "sort_values", "sort_index", "min", "max", "groupby"}  # their `key` is no widget's


def test_only_controls_give_a_widget_a_key() -> None:
    """Streamlit keeps what is under a key over other pages and data, so only `dashboard/controls.py` gives one out."""
    for path in {*modules("pages", "dashboard")} - {COFFEE / "dashboard" / "controls.py"}:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = {keyword.arg for keyword in node.keywords if keyword.arg}
            raw = named & {"bind", "persist_state"} | (named & {"key"} if called not in SORTS else set())
            assert not raw, (
                f"{path.relative_to(ROOT)}:{node.lineno} gives {called} its own {' and '.join(sorted(raw))}. Use "
                "controls.one or .several for a choice, .words for a search, .switch for a toggle, .pages for a pager, "
                ".tabs for tabs, .field for what is typed over something saved, and .keyed for a button, a menu, a "
                "download or a grid: they take a name= in place of a key=, and keep it to its page and to the data."
            )


def test_no_download_runs_its_page_again() -> None:
    """A run of the page takes back the file that the same press has asked for, so that now and then none comes."""
    for path in modules("pages", "dashboard"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and "st.download_button" in map(ast.unparse, [node.func, *node.args]):
                how = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert how.get("on_click") == "'ignore'", f"{path.relative_to(ROOT)}:{node.lineno}"
