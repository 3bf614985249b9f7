"""The command line: `python -m coffee …`.

What was done goes to stdout, problems to stderr; the exit code is 0 only when all went well. Each command imports what
it needs when it runs, so that `--help` and `--version` answer at once.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coffee import __version__

if TYPE_CHECKING:
    from coffee.config.environment import Environment
    from coffee.roster import Field
    from coffee.scheme import Scheme

FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
@click.version_option(__version__, prog_name="coffee")
def main() -> None:
    """Run a Randomised Coffee Trial from the command line."""


def _columns(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> "dict[str, Field]":
    """Read FIELD=HEADER options into fields by header."""
    from coffee.roster.fields import CHOSEN

    columns: dict[str, Field] = {}
    for pair in pairs:
        typed, equals, header = pair.partition("=")
        wanted = CHOSEN.get(typed.strip().casefold().replace(" ", "_"))
        if not equals or wanted is None:
            raise click.BadParameter(f"{pair} is not FIELD=HEADER. FIELD is one of {', '.join(CHOSEN)}.")
        columns[header.strip()] = wanted
    return columns


@main.command("import")
@click.argument("roster", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Say what would change, and save nothing.")
@click.option("--organisation", metavar="NAME", default="", help="The organisation of everybody whose file has none.")
@click.option(
    "--column", "columns", metavar="FIELD=HEADER", multiple=True, callback=_columns, help="Read FIELD from a column."
)
def import_(roster: Path, dry_run: bool, organisation: str, columns: "dict[str, Field]") -> None:
    """Add and update people from ROSTER, a CSV or XLSX file.

    Rows that cannot be used are listed with their line and the reason; the others are saved all the same.
    """
    from coffee.people.service import Choices, import_roster

    with _sentences():
        choices = Choices(organisation, columns)
        done = import_roster(_scheme(), roster.read_bytes(), roster.name, _now(), choices, dry_run=dry_run)
    preview = done.preview
    counts = f"{len(preview.new)} new, {len(preview.changed)} changed, {len(preview.unchanged)} unchanged"
    click.echo(f"{roster.name}: {counts}{'; nothing was saved (dry run)' if dry_run else ''}.")
    for note in done.notes:
        click.echo(note)
    for line, remark in preview.remarks:
        click.echo(f"Line {line}: {remark}")
    for refused in preview.refused:
        click.echo(f"Line {refused.row.line}: {refused.why}", err=True)
    if preview.refused:
        raise click.exceptions.Exit(1)


@main.command()
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw as an earlier draw with this seed did.")
def generate(seed: int | None) -> None:
    """Draw a new draft round among active people."""
    from coffee.rounds import life
    from coffee.scheme import rounds as kept

    with _sentences():
        scheme = _scheme()
        round_id = life.generate(scheme, _now(), seed)
        with scheme.reading() as db:
            found, drawn = kept.get(db, round_id), life.draft(db, round_id)
    click.echo(
        f"Round {found.number} is a draft of {len(drawn.matches)} matches, seed {found.seed}. "
        f"Repeats: {found.certificate['repeats']}. Within one organisation: {found.certificate['same_silo']}."
    )


@main.command()
def publish() -> None:
    """Freeze the draft and queue its introductions, in one transaction."""
    from coffee.config.sender import office
    from coffee.rounds import life
    from coffee.rounds.drawing import RoundError
    from coffee.scheme import rounds as kept

    with _sentences():
        scheme = _existing()
        with scheme.reading() as db:
            round_id = kept.draft_id(db)
            if round_id is None:
                raise RoundError("There is no draft to publish. Generate a round first.")
            found, sender = kept.get(db, round_id), office(db, _environment())
        queued = life.publish(scheme, round_id, found.version, sender, _now())
    click.echo(f"Round {found.number} is out; {queued} introductions are queued.")


@main.command()
def post() -> None:
    """Do what is due by itself, send what is queued and due, then exit."""
    from coffee.automation import chores
    from coffee.mail.post.postman import post as send

    with _sentences():
        scheme, environment = _existing(), _environment()
        outcomes = chores.do(scheme, environment, _now(), after=timedelta())
        report = send(scheme, environment)
    for outcome in outcomes:
        click.echo(outcome.said, err=outcome.went_wrong)
    click.echo(
        f"Sent: {report.sent}. Failed: {report.failed}. In doubt: {report.in_doubt}. "
        f"To be tried again: {report.postponed}."
    )
    if report.problem:
        click.echo(report.problem, err=True)
    by_itself = any(outcome.went_wrong for outcome in outcomes)
    if by_itself or report.problem or report.failed or report.in_doubt or report.postponed:
        raise click.exceptions.Exit(1)


def _past_columns(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=HEADER options into headers by field."""
    if odd := next((pair for pair in pairs if "=" not in pair), ""):
        raise click.BadParameter(f"{odd} is not FIELD=HEADER, such as round=Month or email_1=Person A.")
    return {field.strip(): header.strip() for field, _, header in (pair.partition("=") for pair in pairs)}


@main.command()
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Say what would be added, and save nothing.")
@click.option("--counts", is_flag=True, help="Numbers in a matrix say how often two people met, not in which round.")
@click.option(
    "--column", "columns", metavar="FIELD=HEADER", multiple=True, callback=_past_columns,
    help="Read FIELD from a column.",
)  # fmt: skip
def past(file: Path, dry_run: bool, counts: bool, columns: dict[str, str]) -> None:
    """Add rounds held before this scheme from FILE: pairs, a list, or the matrix of who met whom.

    Lines that cannot be used are listed with the reason; the others are saved all the same.
    """
    from coffee.people.past import import_past

    with _sentences():
        data, now = file.read_bytes(), _now()
        brought = import_past(_scheme(), data, file.name, now, columns, counts=counts, dry_run=dry_run)
    counted = ((len(brought.rounds), "round"), (brought.pairs, "pair"), (brought.repeats, "repeat"))
    formers = (len(brought.formers), "former participant")
    amounts = ", ".join(f"{count:,} {one if count == 1 else f'{one}s'}" for count, one in (*counted, formers))
    click.echo(f"{file.name}: {amounts}{'; nothing was saved (dry run)' if dry_run else ''}.")
    for note in brought.notes:
        click.echo(note)
    for line, why in brought.refused:
        click.echo(f"Line {line}: {why}", err=True)
    if brought.refused:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("what", type=click.Choice(["people", "matches", "messages", "answers"]))
@click.option("-o", "--output", type=FILE, help="Write to this file instead of stdout.")
def export(what: str, output: Path | None) -> None:
    """Write people, matches, messages or answers as CSV in UTF-8, with formulas defused."""
    from coffee import exports
    from coffee.roster.csv_out import as_csv

    with _sentences():
        scheme = _existing()
        with scheme.reading() as db:
            table = exports.table(db, what, _now())
        text = as_csv(table).encode()
        if output is None:
            click.echo(text, nl=False)
        else:
            output.touch()
            output.chmod(0o600)
            output.write_bytes(text)
            click.echo(f"{len(table)} rows of {what} are in {output}.")


@main.command()
@click.option("--round", "number", type=int, help="Show only the round with this number.")
def figures(number: int | None) -> None:
    """Print the figures of every round that is out, and of the whole scheme, as JSON.

    What each of them means stands in coffee/insight/figures.py.
    """
    from coffee.figures import as_json

    with _sentences(), _existing().reading() as db:
        found = as_json(db, _now(), number)
    click.echo(json.dumps(found, indent=2))


@main.command("backup")
@click.argument("dest", type=FILE)
def backup_(dest: Path) -> None:
    """Copy the scheme to DEST, consistent even while the app is running."""
    from coffee.scheme import backup

    with _sentences():
        size = backup(_existing(), dest)
    click.echo(f"The scheme is copied to {dest} ({size:,} bytes).")


@main.command()
@click.argument("dest", type=FILE, required=False)
def sample(dest: Path | None) -> None:
    """Write the sample scheme to DEST, by default beside the real one."""
    from coffee.sample import write_sample

    with _sentences():
        path = dest or _environment().sample
        write_sample(path, _now())
    click.echo(f"The sample scheme is in {path}.")


@main.command()
@click.argument("people", type=EXISTING)
@click.option("--met", type=EXISTING, help="Pairs who met before, oldest first; who is not in PEOPLE is skipped.")
@click.option("--apart", type=EXISTING, help="Pairs who are never to be matched.")
@click.option("--together", type=EXISTING, help="Pairs (or three people) who are to be matched.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Repeats an earlier draw.")
@click.option("--json", "as_json", is_flag=True, help="Print the draw's certificate instead of the matches.")
@click.option("-o", "--output", type=FILE, help="Write there, not to stdout.")
def pair(**asked: Any) -> None:
    """Draw matches among the people of a CSV file, without a scheme.

    PEOPLE has the columns name, email, organisation. The files of pairs have email_1, email_2 and, for three people,
    email_3. Matches are written as CSV: email_1 to email_3, then names and organisations.
    """
    from coffee.cli.pair import draw

    draw(**asked)


def _now() -> datetime:
    return datetime.now(UTC)


def _environment() -> "Environment":
    from coffee.config.environment import load

    return load()


def _scheme() -> "Scheme":
    from coffee.scheme import open_scheme

    return open_scheme(_environment().scheme)


def _existing() -> "Scheme":
    """Return the existing scheme. A mistyped path must not pass for an empty scheme."""
    from coffee.scheme import open_scheme
    from coffee.scheme.errors import NotThere

    path = _environment().scheme
    if not path.exists():
        raise NotThere(
            f"There is no scheme at {path}. Check COFFEE_SCHEME, or import a roster to start a scheme there."
        )
    return open_scheme(path)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn expected errors into one sentence on stderr."""
    from coffee.config.environment import SettingError
    from coffee.mail.post.errors import MailError
    from coffee.roster import RosterError
    from coffee.rounds.drawing import RoundError
    from coffee.scheme import SchemeError

    try:
        yield
    except (SettingError, SchemeError, MailError, RosterError, RoundError, OSError) as error:
        raise click.ClickException(str(error)) from error
