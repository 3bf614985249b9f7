"""`python -m coffee pair`: spreadsheets in, matches out, faults with line numbers."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coffee.cli.main import main

PEOPLE = "name,email,organisation\nAnn,ann@a.example,A\nBob,bob@b.example,B\nSiân,sian@a.example,A\nNA,na@b.example,B\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Runs the command; files are given by their text."""

    def _run(people: Any, *more: Any, **pairs: Any) -> Any:
        (tmp_path / "people.csv").write_text(people, encoding="utf-8")
        arguments = [str(tmp_path / "people.csv"), *more]
        for wish, text in pairs.items():
            (tmp_path / f"{wish}.csv").write_text(text, encoding="utf-8")
            arguments += [f"--{wish}", str(tmp_path / f"{wish}.csv")]
        return CliRunner().invoke(main, ["pair", *arguments])

    return _run


def rows(text: Any) -> Any:
    """The CSV as dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


def test_matches_come_out_as_a_spreadsheet(run: Any) -> None:
    """Everybody is in one row, with names and organisations beside the emails, and nothing else is printed."""
    done = run(PEOPLE, "--seed", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    found = rows(done.stdout)
    assert list(found[0]) == [f"{c}_{i}" for c in ("email", "name", "organisation") for i in (1, 2, 3)]
    emails = [r[f"email_{i}"] for r in found for i in (1, 2, 3) if r[f"email_{i}"]]
    assert sorted(emails) == ["ann@a.example", "bob@b.example", "na@b.example", "sian@a.example"]
    assert {r["organisation_1"] for r in found} | {r["organisation_2"] for r in found} == {"A", "B"}
    assert all(r["organisation_1"] != r["organisation_2"] for r in found)


def test_wishes_and_history_are_kept_and_a_seed_repeats(run: Any) -> None:
    """Met, apart and together files steer the draw; the output of one draw is the history of the next."""
    first = run(PEOPLE, "--seed", "1")
    second = run(PEOPLE, "--seed", "1", met=first.stdout)
    before, after = ({frozenset((r["email_1"], r["email_2"])) for r in rows(d.stdout)} for d in (first, second))
    assert not before & after
    assert run(PEOPLE, "--seed", "1").stdout == first.stdout
    pairs = "email_1,email_2\nANN@a.example,sian@A.example\n"
    together = run(PEOPLE, together=pairs)
    assert frozenset(("ann@a.example", "sian@a.example")) in {
        frozenset((r["email_1"], r["email_2"])) for r in rows(together.stdout)
    }
    torn = run(PEOPLE, together=pairs, apart=pairs)
    assert torn.exit_code == 1
    assert "Ann and Siân" in torn.stderr


def test_certificate_as_json(run: Any) -> None:
    """--json prints the counts, and why, in words that name the organisation."""
    people = PEOPLE + "Eve,eve@a.example,A\nFay,fay@a.example,a \n"
    found = json.loads(run(people, "--json", "--seed", "9").stdout)
    assert (found["repeats"], found["same_silo"], found["same_silo_unavoidable"]) == (0, 1, 1)
    assert (found["proven"], found["seed"], found["people"], found["matches"]) == (True, 9, 6, 3)
    assert found["sentences"] == ["4 of 6 people are from A, so 1 pair within A cannot be avoided."]


def test_output_file(run: Any, tmp_path: Path) -> None:
    """With -o the file holds what would have been printed, and stdout stays empty."""
    to = tmp_path / "out.csv"
    assert run(PEOPLE, "--seed", "1", "-o", str(to)).stdout == ""
    assert to.read_text(encoding="utf-8") == run(PEOPLE, "--seed", "1").stdout
    assert run(PEOPLE, "-o", str(tmp_path / "no" / "where.csv")).exit_code == 1


@pytest.mark.parametrize(
    ("people", "line", "says"),
    [
        ("name,organisation\nAnn,A\n", 1, "email"),
        ("", 1, "name"),
        (PEOPLE + "Ann again,ANN@a.example,A\n", 6, "line 2"),
        (PEOPLE + "\nNobody,,A\n", 7, "missing"),
        (PEOPLE + "Nobody,nowhere,A\n", 6, "nowhere"),
        (PEOPLE + "Di,@,A\n", 6, "“@” is no email address"),
        (PEOPLE + "Di,b x@y z,A\n", 6, "“b x@y z” is no email address"),
        (PEOPLE + "Di,di@a.example;eve@a.example,A\n", 6, "no email address"),
        (PEOPLE + " ,di@a.example,A\n", 6, "the name is missing"),
        (PEOPLE + "Di,di@a.example,\n", 6, "the organisation is missing"),
        (PEOPLE + "Di,di@a.example,A,surplus\n", 6, "columns"),
        ("name,email,Email,organisation\nAnn,a@a.example,b@a.example,A\n", 1, "two columns called email"),
    ],
)
def test_malformed_people_are_refused_with_their_line(run: Any, people: Any, line: int, says: str) -> None:
    """Each fault is one sentence with the file and its line; nothing is drawn."""
    done = run(people)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert f"people.csv, line {line}:" in done.stderr
    assert says in done.stderr


@pytest.mark.parametrize(
    ("pairs", "line", "says"),
    [
        ("email_1\nann@a.example\n", 1, "email_2"),
        ("email_1,email_2\n\nann@a.example,\n", 3, "both"),
        ("email_1,email_2\nann@a.example,Ann@a.example\n", 2, "themselves"),
        ("email_1,email_2\nann@a.example,not an email at all\n", 2, "“not an email at all” is no email address"),
    ],
)
def test_malformed_pairs_are_refused_with_their_line(run: Any, pairs: str, line: int, says: str) -> None:
    """A missing column, a half-filled line or somebody paired with themselves is told with its line."""
    for wish in ("met", "apart", "together"):
        done = run(PEOPLE, **{wish: pairs})
        assert done.exit_code == 1
        assert f"{wish}.csv, line {line}:" in done.stderr
        assert says in done.stderr


@pytest.mark.parametrize("wish", ["apart", "together"])
def test_a_wish_about_somebody_unknown_is_refused_with_its_line(run: Any, wish: str) -> None:
    """A mistyped address in a wish must not pass for a wish that was kept."""
    done = run(PEOPLE, **{wish: "email_1,email_2\n\nann@a.example,who@x.example\n"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{wish}.csv, line 3: who@x.example is not among the people." in done.stderr


def test_history_about_somebody_who_left_is_skipped_and_counted(run: Any) -> None:
    """Last month's matches go in as they are: what is left of a trio counts, and stderr says what was passed over."""
    three = "name,email,organisation\nAnn,ann@a.example,A\nBob,bob@b.example,B\nCy,cy@c.example,C\n"
    met = "email_1,email_2,email_3\nann@a.example,BOB@b.example,gone@x.example\ncy@c.example,gone@x.example,\n"
    done = run(three, "--json", met=met)
    assert done.exit_code == 0
    assert done.stderr == "met.csv: 3 pairs are skipped because somebody in them is not among the people.\n"
    assert json.loads(done.stdout)["repeats"] == 1


def test_nobody_and_not_a_table(run: Any, tmp_path: Path) -> None:
    """An empty list and a file that is no table end in a sentence, never in a traceback."""
    done = run("name,email,organisation\n")
    assert (done.exit_code, "nobody" in done.stderr) == (1, True)
    (tmp_path / "blob.csv").write_bytes(bytes(range(256)) * 10)
    done = CliRunner().invoke(main, ["pair", str(tmp_path / "blob.csv")])
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_formulas_are_defused_and_read_back_unchanged(run: Any) -> None:
    """A name that Excel would run gets an apostrophe; odd names otherwise come through untouched."""
    names = ["=cmd()", "+1", "-x", "@x", "O'Brien", "李", "<b>", "$NAME", "NA", "x" * 300]
    people = "name,email,organisation\n" + "".join(f'"{n}",p{i}@x.example,O{i}\n' for i, n in enumerate(names))
    found = rows(run(people).stdout)
    written = {r[f"email_{i}"]: r[f"name_{i}"] for r in found for i in (1, 2)}
    assert [written[f"p{i}@x.example"] for i in range(len(names))] == [f"'{n}" for n in names[:4]] + names[4:]
    again = "name,email,organisation\n" + "".join(f'"{n}",{e},O{e}\n' for e, n in written.items())
    assert {r[f"name_{i}"] for r in rows(run(again).stdout) for i in (1, 2)} == set(written.values())


def test_trios_of_history_and_of_wishes(run: Any) -> None:
    """A third email makes three pairs of history, or one trio of a wish."""
    five = PEOPLE + "Eve,eve@e.example,E\n"
    trio = "email_1,email_2,email_3\nann@a.example,bob@b.example,eve@e.example\n"
    done = run(five, together=trio)
    assert {"ann@a.example", "bob@b.example", "eve@e.example"} in [
        {r["email_1"], r["email_2"], r["email_3"]} for r in rows(done.stdout)
    ]
    certificate = json.loads(run(five, "--json", together=trio, met=trio).stdout)
    assert certificate["repeats"] == 3


def test_people_are_read_as_import_reads_them(run: Any) -> None:
    """A form's columns and wordings do, too; a line that cannot be used is named."""
    form = "First name,Surname,E-mail,Council\nAnn,Lee,a@x.example,Devon\nBob,Ray,{},Kent\n"
    done = run(form.format("b@x.example"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert {rows(done.stdout)[0][f"name_{number}"] for number in (1, 2)} == {"Ann Lee", "Bob Ray"}
    assert "line 3: The email address is missing." in run(form.format("")).stderr
