"""The rules of the house: what each room may import, and where SQL may be written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
COFFEE = ROOT / "coffee"
IO = {"streamlit", "sqlite3", "sqlite_utils", "smtplib", "yagmail", "starlette"}
PURE = [
    "roster", "pairing", "insight", "charts", "mail/letters/letter.py", "mail/letters/calendar.py", "rounds/draft.py",
    "rounds/match_summary.py", "dashboard/overview/next_step.py", "text", "days", "automation/schedule.py",
    "automation/rhythm.py", "automation/sentences.py", "mail/letters/languages.py",
]  # fmt: skip
OF_THE_SCHEME = {"frame.today", "visit.today"}
SQL_DAY = re.compile(r"\b(date|datetime|strftime|julianday)\s*\(|CURRENT_(DATE|TIME)")
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN)\b")


def modules(*places: str) -> Iterator[Path]:
    for place in places:
        path = COFFEE / place if (COFFEE / place).exists() else ROOT / place
        assert path.exists(), place
        yield from [path] if path.is_file() else path.rglob("*.py")


def imported(path: Path) -> set[str]:
    """The modules a file imports anywhere in it, by their full names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(path: Path) -> set[str]:
    """The rooms of ours a file imports: `coffee.scheme.people` is `scheme`."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("coffee.")}


def test_pure_rooms_touch_nothing_outside() -> None:
    """Pure modules import no screen, database, mail or web library, and no module of ours that does."""
    pure = {Path(place).parts[0].removesuffix(".py") for place in PURE} - {"mail"}
    for path in modules(*PURE):
        assert not {name.split(".")[0] for name in imported(path)} & IO, path
        assert ours(path) <= pure | {"mail"}, path
    for path in modules("mail/letters/letter.py", "mail/letters/calendar.py", "mail/letters/languages.py"):
        assert ours(path) <= {"mail", "text", "days"}, path


def test_the_scheme_imports_nothing_of_ours() -> None:
    """Everything may rest on the scheme, so it rests on nothing."""
    assert {room for path in modules("scheme") for room in ours(path)} <= {"scheme"}


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


def test_imports_run_one_way() -> None:
    """Mail and rounds do not know pages, web or the command line; nothing inside imports the frame."""
    for path in modules("mail", "rounds", "people", "scheme"):
        assert not ours(path) & {"web", "cli", "dashboard"}, path


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
            named = {keyword.arg for keyword in node.keywords}
            raw = named & {"bind", "persist_state"} | (named & {"key"} if called not in SORTS else set())
            assert not raw, (
                f"{path.relative_to(ROOT)}:{node.lineno} gives {called} its own {' and '.join(sorted(raw))}. Use "
                "controls.one or .several for a choice, .words for a search, .switch for a toggle, .pages for a pager, "
                ".tabs for tabs, .field for what is typed over something saved, and .keyed for a button, a menu, a "
                "download or a grid: they take a name= in place of a key=, and keep it to its page and to the data."
            )
