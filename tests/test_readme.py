"""The README is true: its tables agree with the code, and its commands work as written."""

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

from coffee.cli import main
from coffee.environment import ROOT, SETTINGS, load
from coffee.mail.server import MailServer
from coffee.scheme import Scheme, open_scheme, settings

README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language, without the indentation of a list around them."""
    found = re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", README, re.M | re.S)
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
    """The README names the settings that the code reads, each in the table."""
    assert set(re.findall(r"\bCOFFEE_[A-Z_]*[A-Z]", README)) == set(SETTINGS)
    assert re.findall(r"^\| `(COFFEE_\w+)` \|", README, re.M) == list(SETTINGS)


def test_every_make_target_exists() -> None:
    """Whatever the README asks make for, the Makefile has."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    code = re.findall(r"`([^`\n]+)`|^((?: {4}|sudo )?make .*)$", README, re.M)
    asked = {word for pair in code for text in pair if "make " in text for word in text.split("make ")[1].split()}
    assert {"run", "test", "help", "install"} <= asked <= targets


def test_every_file_named_here_is_here() -> None:
    """Links to the repository's own files lead somewhere, and sections that are pointed at exist."""
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.M)}
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        there = target[1:] in headings if target.startswith("#") else (ROOT / target).is_file()
        assert there or "://" in target, target


def test_the_settings_file_starts_the_product(tmp_path: Path) -> None:
    """Each secrets.toml in the README is one that the product accepts, alone or below the settings."""
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
            assert f"`{found.provider.redirect_uri}`" in README


def test_every_mail_address_in_the_table_can_be_read() -> None:
    """The examples of COFFEE_SMTP_URL are understood, with the security they promise."""
    found = [MailServer.from_url(url) for url in re.findall(r"`(smtp://[^`]+)`", README) if "host:port" not in url]
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
    """Run a block of the README in `home` as a terminal would, and fail where it fails."""
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
    """A backup made while the scheme is in use comes back by the README's three lines, and what it replaced is kept."""
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
