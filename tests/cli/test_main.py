"""The command line, as another program sees it: real files, stdout, stderr and exit codes."""

import csv
import io
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coffee import __version__
from coffee.cli.main import main
from coffee.config.environment import ROOT
from coffee.scheme import link_requests, open_scheme, people

ROSTER = """Name,E-mail address,Council,Mobile
Ann O'Brien,Ann@devon.gov.uk,Devon,01632 960001
Siân,sian@kent.gov.uk,Kent,
李,li@leeds.gov.uk,Leeds,
NA,na@york.gov.uk,York,
=cmd(),cmd@bath.gov.uk,Bath,
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a scheme of its own."""
    monkeypatch.setenv("COFFEE_SCHEME", str(tmp_path / "data" / "coffee.db"))
    for name in ("COFFEE_SMTP_URL", "COFFEE_FROM", "COFFEE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A roster of five people with awkward names."""
    path = tmp_path / "people.csv"
    path.write_text(ROSTER, "utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_month_from_roster_to_letters(run: Run, roster: Path, tmp_path: Path) -> None:
    """import, generate, publish, post and export do an organiser's month; the letters are kept as files."""
    assert run("import", roster).exit_code == 0
    assert "Round 1 is a draft of 2 matches, seed 7." in run("generate", "--seed", 7).stdout
    assert "5 introductions are queued" in run("publish").stdout
    assert run("post").stdout.startswith("Sent: 5.")
    sent = rows(run("export", "messages").stdout)
    assert {(row["round"], row["kind"], row["state"]) for row in sent} == {("1", "introduction", "sent")}
    matches = rows(run("export", "matches").stdout)
    assert sorted(row[f"email_{n}"] for row in matches for n in (1, 2, 3) if row[f"email_{n}"]) == [
        "Ann@devon.gov.uk", "cmd@bath.gov.uk", "li@leeds.gov.uk", "na@york.gov.uk", "sian@kent.gov.uk",
    ]  # fmt: skip
    assert len(list((tmp_path / "data" / "letters").rglob("*.eml"))) == 5


def test_post_leaves_no_letter_behind_that_was_just_asked_for(run: Run, roster: Path, tmp_path: Path) -> None:
    """Nobody may look again for hours: what was asked for a moment before goes out too."""
    run("import", roster)
    with open_scheme(tmp_path / "data" / "coffee.db").writing() as db:
        link_requests.ask(db, "sian@kent.gov.uk", datetime.now(UTC))
    assert run("post").stdout.startswith("Sent: 1.")


def test_exports_are_safe_in_excel_and_import_again_unchanged(run: Run, roster: Path, tmp_path: Path) -> None:
    """A name like a formula is defused in the file and kept in the scheme; the round trip changes nobody."""
    run("import", roster)
    out = tmp_path / "out.csv"
    assert run("export", "people", "-o", out).exit_code == 0
    names = {row["name"] for row in rows(out.read_text("utf-8"))}
    assert names == {"Ann O'Brien", "Siân", "李", "NA", "'=cmd()"}
    assert "0 new, 0 changed, 5 unchanged" in run("import", out).stdout


def test_rejected_rows_are_listed_and_the_good_ones_saved(run: Run, tmp_path: Path) -> None:
    """One bad row of three: exit 1, its line and reason on stderr, the other two in the scheme."""
    path = tmp_path / "people.csv"
    path.write_text(
        "name,email,organisation\nAnn,ann@devon.gov.uk,Devon\nBob,no address,Kent\nCy,cy@bath.gov.uk,Bath\n"
    )
    result = run("import", path)
    assert result.exit_code == 1
    assert "Line 3:" in result.stderr
    assert [row["name"] for row in rows(run("export", "people").stdout)] == ["Ann", "Cy"]


def test_dates_and_numbers_nobody_can_be_sure_of_are_named_with_their_line(run: Run, tmp_path: Path) -> None:
    """A date is refused where it is impossible, turned round, or in doubt beside such a one; a number is kept as typed,
    and one that Excel spoilt never replaces the one there is."""
    roster = tmp_path / "people.csv"
    header = "Name,Email,Organisation,Phone,Status,Paused until\n"
    roster.write_text(f"{header}Ann,ann@x.example,Devon,01392 382000,active,\n")
    assert run("import", str(roster)).exit_code == 0
    roster.write_text(
        f"{header}Ann,ann@x.example,Devon,4.41392E+11,active,\n"
        "Bo,bo@x.example,Kent,(416) 555-0123,paused,7 April 2099\n"
        "Cy,cy@x.example,Kent,,paused,04/13/2099\nDi,di@x.example,Kent,,paused,05/06/2099\n"
        "Ed,ed@x.example,Kent,,paused,31/02/2099\nFi,fi@x.example,Kent,,paused,7 Apr 2020\n"
    )
    done = run("import", str(roster))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "people.csv: 2 new, 0 changed, 1 unchanged.",
        "Line 2: “4.41392E+11” is a phone number that the spreadsheet has spoilt, so it is left out.",
        "Line 3: “(416) 555-0123” has no country code, such as +353, and is not a phone number of this country; it is "
        "kept as typed.",
        "Line 7: The pause ended on 7 April 2020, so it is left out.",
    ]
    assert done.stderr.splitlines() == [
        "Line 4: “04/13/2099” has the month before the day; write it as 13 April 2099.",
        "Line 5: “05/06/2099” may be 5 June 2099 or 6 May 2099, because another date in this file has them the other "
        "way round.",
        "Line 6: “31/02/2099” is not a date; write it with day, month and year, like 7 April 2026.",
    ]
    found = {row["name"]: row for row in rows(run("export", "people").stdout)}
    assert found["Ann"]["phone"].endswith("+44 1392 382000")
    assert [found[name]["paused_until"] for name in ("Bo", "Fi")] == ["2099-04-07", ""]
    assert found["Fi"]["status"] == "active"


def test_a_dry_run_saves_nothing(run: Run, roster: Path) -> None:
    """--dry-run says what would change and leaves the scheme empty."""
    result = run("import", roster, "--dry-run")
    assert "5 new" in result.stdout
    assert "nothing was saved" in result.stdout
    assert rows(run("export", "people").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("generate",), "at least two active people"),
        (("publish",), "There is no draft to publish"),
        (("import", "nowhere.csv"), "does not exist"),
        (("backup", "/nowhere/at/all.db"), "cannot be written"),
    ],
)
def test_problems_are_sentences_on_stderr(run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """A failing command prints a sentence, never a traceback, and does not exit with 0."""
    open_scheme(tmp_path / "data" / "coffee.db")
    result = run(*arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("arguments", [("export", "people"), ("publish",), ("post",), ("backup", "copy.db")])
def test_a_mistyped_path_is_no_empty_scheme(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Commands that read a scheme, or send from it, say that there is none and create none."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"There is no scheme at {tmp_path / 'data' / 'coffee.db'}." in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_malformed_setting_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with a broken COFFEE_BASE_URL says so."""
    monkeypatch.setenv("COFFEE_BASE_URL", "coffee.gov.uk")
    result = run("generate")
    assert result.exit_code == 1
    assert "COFFEE_BASE_URL" in result.stderr


def test_a_backup_taken_while_somebody_writes_is_a_whole_scheme(run: Run, roster: Path, tmp_path: Path) -> None:
    """The copy has what was committed, nothing of the transaction under way, and opens as a scheme."""
    run("import", roster)
    scheme = open_scheme(tmp_path / "data" / "coffee.db")
    copy = tmp_path / "copy.db"
    with scheme.writing() as db:
        people.leave(db, [1, 2, 3, 4, 5])
        result = run("backup", copy)
    assert result.exit_code == 0
    assert copy.stat().st_mode & 0o077 == 0
    with open_scheme(copy).reading() as db:
        assert db.execute("SELECT count(*) FROM people WHERE status = 'active'").fetchone()[0] == 5
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_backup_replaces_a_backup_and_nothing_else(run: Run, roster: Path, tmp_path: Path) -> None:
    """An earlier backup is replaced; a spreadsheet of the same name, or the scheme itself, is not."""
    copy = tmp_path / "copy.db"
    run("import", roster)
    assert run("backup", copy).exit_code == 0
    assert run("backup", copy).exit_code == 0
    assert run("backup", roster).exit_code == 1
    assert roster.read_text("utf-8") == ROSTER
    assert run("backup", tmp_path / "data" / "coffee.db").exit_code == 1


def test_the_sample_is_a_scheme_with_four_rounds_and_answers(run: Run, tmp_path: Path) -> None:
    """About 60 people of 12 organisations, four rounds, answers, and letters that never leave."""
    sample = tmp_path / "sample.db"
    assert run("sample", sample).exit_code == 0
    run_on = CliRunner(env={"COFFEE_SCHEME": str(sample)})
    exported = {
        what: rows(run_on.invoke(main, ["export", what]).stdout)
        for what in ("people", "matches", "answers", "messages")
    }
    assert 55 <= len(exported["people"]) <= 65
    assert len({row["organisation"] for row in exported["people"]}) == 12
    assert {row["round"] for row in exported["matches"]} == {"1", "2", "3", "4"}
    assert {row["state"] for row in exported["messages"]} == {"sent"}
    assert {row["met"] for row in exported["answers"]} == {"yes", "no"}
    assert run("sample", sample).exit_code == 1


def test_export_answers_and_json_survive_awkward_words(run: Run, tmp_path: Path) -> None:
    """The sample's exports parse as CSV, and every JSON detail in them as JSON."""
    sample = tmp_path / "sample.db"
    run("sample", sample)
    with open_scheme(sample).reading() as db:
        assert all(json.loads(row[0]) is not None for row in db.execute("SELECT certificate FROM rounds"))


@pytest.mark.parametrize("asked", [["--help"], ["--version"], ["generate", "--help"], ["pair", "--help"]])
def test_help_loads_no_large_library(asked: list[str]) -> None:
    """Help and version answer at once: what draws, reads spreadsheets and shows pages loads when it is used."""
    script = (
        "import sys; from coffee.cli.main import main; main(sys.argv[1:], standalone_mode=False); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & {"pandas", "numpy", "streamlit", "altair", "sqlite_utils", "rustworkx"}


def test_the_version_is_written_once(run: Run) -> None:
    """`--version` says what the changelog's newest release is, and pyproject.toml takes it from the package."""
    assert run("--version").stdout == f"coffee, version {__version__}\n"
    released = re.search(r"^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert released
    assert released[1] == __version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "coffee.__version__"}


def test_columns_and_an_organisation_can_be_given(run: Run, tmp_path: Path) -> None:
    """A file without organisations is imported for one; a column is read as the field that is named; it is said."""
    roster = tmp_path / "people.csv"
    roster.write_text("Name,Email,Grade,Password\nAnn,a@x.example,Mayor,ki2zoo\n", "utf-8")
    done = run("import", str(roster), "--organisation", "Devon", "--column", "role=Grade")
    assert (done.exit_code, "passwords" in done.stdout) == (0, True)
    people = run("export", "people").stdout
    assert "Ann,a@x.example,Devon" in people
    assert ("Mayor" in people, "ki2zoo" in people) == (True, False)
    assert "FIELD is one of" in run("import", str(roster), "--column", "shoe=Grade").stderr


def test_the_past_is_brought_from_a_spreadsheet(run: Run, roster: Path, tmp_path: Path) -> None:
    """`past` adds earlier rounds, says what it did, and refuses lines with a reason and exit code 1."""
    run("import", roster)
    emails = [row["email"] for row in rows(run("export", "people").stdout)]
    file = tmp_path / "past.csv"
    file.write_text(f"Month,email_1,email_2,met\n1,{emails[0]},{emails[1]},yes\n1,{emails[0]},,\n", "utf-8")
    assert "nothing was saved" in run("past", file, "--dry-run", "--column", "round=Month").stdout
    done = run("past", file, "--column", "round=Month")
    assert (done.exit_code, "1 round, 1 pair, 0 repeats" in done.stdout, "Line 3:" in done.stderr) == (1, True, True)
    assert [row["round"] for row in rows(run("export", "matches").stdout)] == ["1"]
