"""Ten thousand requests as nobody means them, half of them with a working link."""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from coffee.scheme import Scheme, open_scheme, tokens
from coffee.web.participants.routes import participant_routes
from tests.changes import version_of
from tests.web.conftest import OFFICE, person, round_of
from tests.web.odd import HELD, ODD, OPEN_TO_ALL, Odd

EXAMPLES = 10_000


def odd_requests() -> str:
    """Send them all and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "coffee.db")
        client = TestClient(application(scheme), raise_server_exceptions=False, follow_redirects=False)
        with version_of(scheme) as version, client as browser:
            witness = Witness(scheme, version, browser)
            send_all(witness, EXAMPLES)
    return (
        f"{witness.seen['sent']:,} sent, {witness.seen['with a link']:,} of them with a working link: "
        f"{witness.seen['5xx']} 5xx, {witness.seen['traceback']} tracebacks, "
        f"{witness.seen['changed']} changes without a link, {witness.seen['bystander']} of somebody else's"
    )


def send_all(witness: "Witness", examples: int) -> None:
    """Send so many, other ones each time."""
    check = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    check(given(odd=ODD, owned=st.booleans())(witness.send))()


def application(scheme: Scheme) -> Callable[[Scope, Receive, Send], Any]:
    """The pages, to which every request comes from another address, so that none is slowed down as guessing."""
    app = Starlette(routes=participant_routes(scheme, lambda _: OFFICE, lambda: datetime.now(UTC)))

    async def from_anywhere(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope | {"client": (token_hex(8), 1)}, receive, send)

    return from_anywhere


@dataclass
class Witness:
    """Sends requests and counts what should not happen. Grace is a bystander: nobody here holds a link of hers."""

    scheme: Scheme
    version: Callable[[], int]
    browser: TestClient
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        now = datetime.now(UTC)
        with self.scheme.writing() as db:
            self.grace = person(db, "Grace Hopper", "Leeds City Council", now)
            round_of(db, 1, now, self.grace, person(db, "Alan Turing", "Fife Council", now))
        self.before = self.bystander()

    def send(self, odd: Odd, owned: bool) -> None:
        link = self.link_for(odd) if owned and odd.path not in OPEN_TO_ALL else None
        before = self.version()
        answer = self.browser.request(
            odd.method, odd.address(link), content=odd.body, headers=odd.headers, params={"lang": odd.language[:9]}
        )
        self.seen += Counter(
            {
                "sent": 1,
                "with a link": link is not None,
                "5xx": answer.status_code >= 500,
                "traceback": "Traceback" in answer.text,
                "changed": not link and odd.path not in OPEN_TO_ALL and self.version() != before,
                "bystander": self.bystander() != self.before,
            }
        )

    def link_for(self, odd: Odd) -> str:
        """A working token for this page, of somebody new."""
        now = datetime.now(UTC)
        purpose = next(purpose for purpose in HELD if f"/p/{purpose}/" in odd.path)
        with self.scheme.writing() as db:
            ada = person(db, f"{token_hex(8)} Lovelace", "Devon County Council", now)
            db.execute(
                "INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, ?, 3, 'Devon')", [ada]
            )
            return tokens.new(db, purpose, ada, 1, now=now)  # type: ignore[arg-type]

    def bystander(self) -> list[Any]:
        """All that the scheme has about Grace."""
        with self.scheme.reading() as db:
            tables = {"people": "id", "seats": "person_id", "answers": "person_id", "tokens": "person_id"}
            return [
                db.execute(f"SELECT * FROM {table} WHERE {column} = ?", [self.grace]).fetchall()
                for table, column in tables.items()
            ]
