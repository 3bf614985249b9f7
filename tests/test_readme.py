"""The papers are true: their tables agree with the code, their links lead somewhere, their commands work as written."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from coffee.cli.main import main
from coffee.config.environment import ROOT, SETTINGS, load
from coffee.mail.post.server import MailServer
from coffee.scheme import Scheme, open_scheme, settings

PAPERS = {path: path.read_text("utf-8") for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])}
README, HOSTING = PAPERS[ROOT / "README.md"], PAPERS[ROOT / "docs" / "hosting.md"]


def blocks(language: str) -> list[str]:
    """The code blocks about hosting in a language, without the indentation of a list around them."""
    found = re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", HOSTING, re.M | re.S)
    return [re.sub(rf"^{match[1]}", "", match[2], flags=re.M) for match in found]


def block(language: str, having: str) -> str:
    """The only such block that has these words."""
    (found,) = [text for text in blocks(language) if having in text]
    return found


def usage(name: str, command: click.Command) -> str:
    """`name ARGUMENT [--option VALUE]`, as a manual writes it."""
    words = [name]
    for one in command.params:
        value = one.make_metavar(click.Context(command))
        if isinstance(one, click.Option):
            shown = min(one.opts, key=len)
            words.append(f"[{shown}]" if one.is_flag else f"[{shown} {value.split(' ')[0]}]")
        else:
            words.append(value.strip("{}"))
    return " ".join(words).replace("|", "\\|")


def command_table() -> str:
    """The command line as a Markdown table, made from click's own help."""
    lines = ["| command | what it does |", "| --- | --- |"]
    for name, command in sorted(main.commands.items()):
        assert command.help, name
        lines.append(f"| `{usage(name, command)}` | {command.help.partition(chr(10) * 2)[0]} |")
    return "\n".join(lines)


def test_the_command_table_is_clicks_own() -> None:
    """Every command, argument and option is in the README's table, in the words of --help, and nothing else is."""
    table = command_table()
    assert f"\n\n{table}\n\n" in README, f"Put this into README.md:\n\n{table}"


def test_every_setting_is_in_the_table_and_no_other() -> None:
    """The papers name the settings that the code reads, each in the table."""
    assert set(re.findall(r"\bCOFFEE_[A-Z_]*[A-Z]", README + HOSTING)) == set(SETTINGS)
    assert re.findall(r"^\| `(COFFEE_\w+)` \|", HOSTING, re.M) == list(SETTINGS)


def test_every_make_target_exists() -> None:
    """The Makefile has every target that the papers name."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    asked: set[str] = set()
    for text in PAPERS.values():
        code = re.findall(r"`([^`\n]+)`|^((?: {4}|sudo )?make .*)$", text, re.M)
        lines = [line for pair in code for line in pair if "make " in line]
        asked |= {word for line in lines for word in line.split("make ")[1].split() if "=" not in word}
    assert {"run", "test", "help", "install", "quick", "lock", "hooks"} <= asked <= targets


def anchors(path: Path) -> set[str]:
    """The sections of a paper, as a link names them."""
    headings = re.findall(r"^#+ (.+)$", PAPERS[path], re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    """Links to the project's own files lead to a file, and sections that are pointed at exist."""
    for target in re.findall(r"\]\(([^)\s]+)\)", PAPERS[paper]):
        if "://" not in target:
            name, _, section = target.partition("#")
            there = (paper.parent / name).resolve() if name else paper
            assert there.is_file(), target
            assert not section or section in anchors(there), target


def test_the_readme_leads_to_every_paper() -> None:
    """Nobody has to know that a paper exists: the README names each."""
    linked = {(ROOT / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)\)", README)}
    assert set(PAPERS) - {ROOT / "README.md"} <= linked
    assert ROOT / "LICENSE" in linked


def test_style_is_shown_by_code_that_is_there() -> None:
    """The example of style is a function of the product as it stands."""
    text = PAPERS[ROOT / "CONTRIBUTING.md"]
    example = re.search(r"From `(\S+)`:\n\n```python\n(.*?)```", text, re.S)
    assert example
    assert example[2] in (ROOT / example[1]).read_text("utf-8")


def test_the_settings_file_starts_the_product(tmp_path: Path) -> None:
    """Each secrets.toml in docs/hosting.md is one that the product accepts, alone or below the settings."""
    base, *sign_ins = blocks("toml")
    assert len(sign_ins) == 2
    for sections in ([base], *([base, one] for one in sign_ins)):
        secrets = tmp_path / "secrets.toml"
        secrets.write_text("\n".join(sections), "utf-8")
        found = load({"STREAMLIT_SECRETS_FILES": str(secrets)})
        assert str(found.scheme) == tomllib.loads(base)["COFFEE_SCHEME"]
        assert found.mail_server is not None
        assert found.mail_server.password == "the-app-password"
        assert (found.provider is not None) == (len(sections) == 2)
        if found.provider:
            assert found.provider.allows("Ann.Lee@example.gov.uk")
            assert f"`{found.provider.redirect_uri}`" in HOSTING


def test_every_mail_address_in_the_table_can_be_read() -> None:
    """The examples of COFFEE_SMTP_URL are understood, with the security they promise."""
    found = [MailServer.from_url(url) for url in re.findall(r"`(smtp://[^`]+)`", HOSTING) if "host:port" not in url]
    assert {(server.port, server.security) for server in found} == {(587, "starttls"), (465, "tls"), (25, "none")}
    assert "ann.lee@gmail.com" in {server.user for server in found}


def test_the_service_and_both_proxies_agree_on_the_port() -> None:
    """The unit starts the application where Caddy and nginx look for it, with the scheme where it may write."""
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block("ini", "[Service]"))
    start = shlex.split(unit["Service"]["ExecStart"])
    assert start[1:5] == ["-m", "streamlit", "run", "app.py"]
    place = f"127.0.0.1:{start[start.index('--server.port') + 1]}"
    assert block("nginx", "server").count(f"proxy_pass http://{place};") == 2
    assert f"reverse_proxy {place}" in block("caddyfile", "")
    scheme = Path(tomllib.loads(blocks("toml")[0])["COFFEE_SCHEME"])
    assert scheme.parent == Path("/var/lib") / unit["Service"]["StateDirectory"]


def test_the_proxy_takes_any_roster_that_the_dashboard_takes() -> None:
    """nginx lets through more than the dashboard's own limit, so that the dashboard can say what is wrong."""
    limit = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]["maxUploadSize"]
    allowed = re.search(r"client_max_body_size (\d+)m;", block("nginx", "server"))
    assert allowed
    assert int(allowed[1]) > limit


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project folder as on an organiser's computer: the same Python, a scheme of its own below data/."""
    folder = tmp_path / "Ann's coffee trial"
    (folder / ".venv" / "bin").mkdir(parents=True)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    open_scheme(folder / "data" / "coffee.db")
    return folder


def shell(script: str, home: Path) -> str:
    """Run a block of docs/hosting.md in `home` as a terminal would, and fail where it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    environment |= {"PYTHONPATH": str(ROOT), "COFFEE_SCHEME": str(home / "data" / "coffee.db")}
    done = subprocess.run(
        ["sh", "-eu"], input=script, cwd=home, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def titled(scheme: Scheme) -> str:
    with scheme.reading() as db:
        return str(settings.get(db, "title", ""))


def retitle(scheme: Scheme, title: str) -> None:
    with scheme.writing() as db:
        settings.put(db, "title", title)


@contextmanager
def in_use(scheme: Scheme) -> Iterator[None]:
    """Somebody reads the scheme throughout, so that its log keeps what is written meanwhile."""
    with scheme.reading() as db:
        db.execute("SELECT count(*) FROM people").fetchone()
        yield


def test_backup_and_restore_as_written(home: Path) -> None:
    """A backup made while the scheme is in use comes back by three lines, and what it replaced is kept."""
    scheme = open_scheme(home / "data" / "coffee.db")
    log, index = (scheme.path.with_name(f"coffee.db{end}") for end in ("-wal", "-shm"))
    with in_use(scheme):
        retitle(scheme, "Before")
        assert log.stat().st_size > 0
        assert "is copied to my-backup.db" in shell(block("sh", "backup my-backup.db"), home)
        retitle(scheme, "After")
        as_left = {path: path.read_bytes() for path in (scheme.path, log, index)}
    for path, content in as_left.items():  # as a machine that lost power leaves them
        path.write_bytes(content)
    shell(block("sh", "cp my-backup.db data/coffee.db"), home)
    assert titled(open_scheme(scheme.path)) == "Before"
    assert titled(open_scheme(home / "data" / "replaced" / "coffee.db")) == "After"


def test_the_nightly_backup_is_a_scheme_and_old_ones_go(home: Path, tmp_path: Path) -> None:
    """The cron lines leave a backup that opens, and delete only backups older than 30 days."""
    place = tmp_path / "backups"
    place.mkdir()
    for name in ("old.db", "old.txt", "fresh.db"):
        (place / name).touch()
    for name in ("old.db", "old.txt"):
        os.utime(place / name, (0, 0))
    for line in block("crontab", "backup").splitlines():
        _, user, command = re.fullmatch(r"((?:\S+ ){5})(\S+) (.+)", line).groups()  # type: ignore[union-attr]
        assert user == "coffee"
        assert not re.search(r"(?<!\\)%", command), "cron takes a bare % for the end of the line"
        command = (
            command.replace("\\%", "%").replace("/var/backups/coffee", str(place)).replace("cd /opt/coffee", "true")
        )
        shell(command, home)
    assert {path.name for path in place.iterdir()} > {"fresh.db", "old.txt"}
    (made,) = set(place.iterdir()) - {place / "fresh.db", place / "old.txt"}
    assert open_scheme(made).path == made
