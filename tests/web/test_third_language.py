"""Adding a language takes only a catalogue."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

import coffee

JOINED = """
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from starlette.applications import Starlette
from starlette.testclient import TestClient
from coffee.mail.post.requested import write_asked
from coffee.mail.letters.letter import Office
from coffee.scheme import open_scheme
from coffee.web.participants.routes import participant_routes

scheme = open_scheme(Path(sys.argv[1]))
office = Office("https://coffee.example", "Olu", "olu@coffee.example", "Coffee & Co")
app = Starlette(routes=participant_routes(scheme, lambda _: office, lambda: datetime.now(UTC)))
typed = {"name": "Zoé", "email": "zoe@example.org", "organisation": "X", "shares": "email", "agree": "yes"}
with TestClient(app, follow_redirects=False) as browser:
    page = browser.get("/join?lang=fr")
    print(page.status_code, '<html lang="fr">' in page.text, "fr:Full name" in page.text)
    print(browser.post("/join?lang=fr", data=typed | {"language": "fr"}).headers["Location"])
    print(browser.post("/p/me?lang=fr", data=typed).status_code)
write_asked(scheme, lambda _: office, datetime.now(UTC) + timedelta(minutes=1))
with scheme.reading() as db:
    letter = message_from_bytes(db.execute("SELECT letter FROM messages").fetchone()[0])
print("fr" in [part["Content-Language"] for part in letter.walk()])
"""


def test_a_catalogue_alone_makes_a_third_language(tmp_path: Path) -> None:
    """With just a French catalogue people can join in French, and the letter does not claim to be in French."""
    house = shutil.copytree(Path(coffee.__file__).parent, tmp_path / "coffee", ignore=shutil.ignore_patterns("*.pyc"))
    welsh = next(house.rglob("cy.po"))
    with welsh.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    for entry in catalogue:
        entry.string = f"fr:{entry.id}" if entry.id else entry.string
    with welsh.with_name("fr.po").open("wb") as file:
        write_po(file, catalogue)
    done = subprocess.run(
        [sys.executable, "-c", JOINED, str(tmp_path / "coffee.db")],
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["200 True True", "/p/sent?lang=fr", "307", "False"], done.stderr
