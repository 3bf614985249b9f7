"""The scheme's tables, and the migrations that bring older files up to date.

Add functions at the end; never change one that has shipped. tests/scheme/shipped/ has each as it ran.
"""

import re

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from coffee.scheme.mailboxes import mailbox

migrations = Migrations("coffee")


@migrations(name="0001_first_scheme")
def first_scheme(db: Database) -> None:
    """Create the first tables, all STRICT. Times are ISO 8601 in UTC; `version` counts saves, to detect a stale one."""
    for statement in _FIRST:
        db.execute(statement)


@migrations(name="0001_made_whole")
def made_whole(db: Database) -> None:
    """Add to the earliest files what `first_scheme` got after it had shipped.

    Runs before the others, because some need these columns; on files that already have those, it runs now.
    """
    for table in ("people", "seats", "messages"):
        _make_columns_whole(db, table)
    for statement in _FIRST:
        if statement.startswith(("CREATE TABLE month_steps", "CREATE INDEX people_unconfirmed")):
            db.execute(re.sub("(TABLE|INDEX) ", r"\1 IF NOT EXISTS ", statement, count=1))


def _make_columns_whole(db: Database, table: str) -> None:
    """Rebuild the table when it lacks a column of `first_scheme` or has them in another order."""
    create = next(statement for statement in _FIRST if statement.startswith(f"CREATE TABLE {table} "))
    anew, there = f"whole_{table}", _columns(db, table)
    db.execute(create.replace(table, anew, 1))
    wanted = _columns(db, anew)
    if there[: len(wanted)] == wanted:
        db.execute(f"DROP TABLE {anew}")
        return
    for added in there:
        if added not in wanted:  # by a later migration; all of those are plain texts
            db.execute(f"ALTER TABLE {anew} ADD COLUMN {added} TEXT")
    indexes = db.execute("SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type = 'index' AND sql > ''", [table])
    again, columns = indexes.fetchall(), ", ".join(there)
    db.execute(f"INSERT INTO {anew} ({columns}) SELECT {columns} FROM {table}")
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE {anew} RENAME TO {table}")
    for (statement,) in again:
        db.execute(statement)


def _columns(db: Database, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


@migrations(name="0002_new_address")
def new_address(db: Database) -> None:
    """Add the new address that somebody asked to use, until its owner confirms it."""
    db.execute("ALTER TABLE people ADD COLUMN new_email TEXT")


@migrations(name="0003_letters_found_quickly")
def letters_found_quickly(db: Database) -> None:
    """Index letters, so that frequent questions need not read them however many there are."""
    for statement in (
        "DROP INDEX messages_round",
        "CREATE INDEX messages_counted ON messages (round_id, kind, state, why)",
        "CREATE INDEX messages_begun ON messages (sending_since)",
        "CREATE INDEX messages_sent ON messages (sent_at)",
        "CREATE INDEX messages_kept ON messages (why) WHERE state = 'sent' AND why IS NOT NULL",
    ):
        db.execute(statement)


@migrations(name="0004_merges")
def merges(db: Database) -> None:
    """Add merges of organisations. `before` is JSON of the names, and of the people and seats they were taken from."""
    db.execute("CREATE TABLE merges (id INTEGER PRIMARY KEY, into_name TEXT NOT NULL, before TEXT NOT NULL) STRICT")


@migrations(name="0005_scheme_id")
def scheme_id(db: Database) -> None:
    """Add a random id, so that calendars keep the entries of two schemes apart."""
    db.execute("INSERT INTO settings (name, value) VALUES ('id', json_quote(lower(hex(randomblob(8)))))")


@migrations(name="0006_asked")
def asked(db: Database) -> None:
    """Add case-folded addresses for which a letter was requested and not written yet."""
    db.execute("CREATE TABLE asked (identity TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("DELETE FROM settings WHERE name = 'sign_up_at'")


@migrations(name="0007_awaited_letters")
def awaited_letters(db: Database) -> None:
    """Index the letters that somebody is waiting for, so that they can be sent first."""
    db.execute(
        "CREATE INDEX messages_awaited ON messages (due_at) "
        "WHERE state = 'waiting' AND kind IN ('confirmation', 'new address', 'own page')"
    )


@migrations(name="0008_address_links")
def address_links(db: Database) -> None:
    """Separate links that prove a new address from those that prove the first. Unconfirmed changes must be asked for
    again.
    """
    for statement in (
        "DELETE FROM tokens WHERE purpose = 'confirm' AND person_id IN (SELECT id FROM people WHERE new_email > '')",
        "UPDATE people SET new_email = NULL",
        "ALTER TABLE tokens RENAME TO old_tokens",
        """CREATE TABLE tokens (
            hash BLOB PRIMARY KEY,
            purpose TEXT NOT NULL
                CHECK (purpose IN ('confirm','address','me','feedback','unsubscribe','cannot')),
            person_id INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
            match_id INTEGER REFERENCES matches ON DELETE CASCADE,
            made_at TEXT NOT NULL, expires_at TEXT
        ) STRICT""",
        "INSERT INTO tokens SELECT hash, purpose, person_id, match_id, made_at, expires_at FROM old_tokens",
        "DROP TABLE old_tokens",
        "CREATE INDEX tokens_person ON tokens (person_id)",
    ):
        db.execute(statement)


@migrations(name="0009_cannot_found_quickly")
def cannot_found_quickly(db: Database) -> None:
    """Index people who cannot meet: the app looks for them once a second, and they are few among all seats."""
    db.execute("CREATE INDEX seats_cannot ON seats (match_id) WHERE cannot_at IS NOT NULL")


@migrations(name="0010_asked_letters_found_quickly")
def asked_letters_found_quickly(db: Database) -> None:
    """Index letters outside rounds by address, because every request for a link counts them."""
    db.execute("CREATE INDEX messages_asked ON messages (recipient COLLATE NOCASE, kind) WHERE round_id IS NULL")


@migrations(name="0011_zone_of_the_scheme")
def zone_of_the_scheme(db: Database) -> None:
    """Move the time zone from the automatic month to the whole scheme."""
    db.execute(
        "INSERT OR IGNORE INTO settings (name, value) SELECT 'zone', json_quote(value ->> 'zone') "
        "FROM settings WHERE name = 'month' AND value ->> 'zone' IS NOT NULL"
    )
    db.execute("UPDATE settings SET value = json_remove(value, '$.zone') WHERE name = 'month'")


@migrations(name="0012_left_out_why")
def left_out_why(db: Database) -> None:
    """Add the reason why somebody has no match in a published round: 'odd', 'nobody' to meet, or 'by hand'; NULL in a
    draft.
    """
    db.execute("ALTER TABLE left_out ADD COLUMN why TEXT CHECK (why IN ('odd', 'nobody', 'by hand'))")


@migrations(name="0013_edits")
def edits(db: Database) -> None:
    """Add an organiser's edits of people's texts; the texts themselves stay in the answers."""
    db.execute(
        """CREATE TABLE edits (
            match_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
            field TEXT NOT NULL CHECK (field IN ('story','comment','why_not','selling')),
            at TEXT NOT NULL, removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
            PRIMARY KEY (match_id, person_id, field),
            FOREIGN KEY (match_id, person_id) REFERENCES seats ON DELETE CASCADE
        ) STRICT"""
    )


@migrations(name="0014_suggestions")
def suggestions(db: Database) -> None:
    """Add details typed into the join form with a known person's address. `typed` is JSON of a person's columns."""
    db.execute(
        "CREATE TABLE suggestions (person_id INTEGER PRIMARY KEY REFERENCES people ON DELETE CASCADE, "
        "at TEXT NOT NULL, typed TEXT NOT NULL) STRICT"
    )


@migrations(name="0015_still_in")
def still_in(db: Database) -> None:
    """Add when a silent person was asked whether they still want to take part, and when they said so.

    Also index people whom letters cannot reach, because the app looks for them once a second.
    """
    for statement in (
        "ALTER TABLE people ADD COLUMN still_asked_at TEXT",
        "ALTER TABLE people ADD COLUMN still_in_at TEXT",
        "CREATE INDEX people_asked ON people (still_asked_at) WHERE still_asked_at IS NOT NULL",
        "CREATE INDEX people_unreached ON people (id) WHERE cannot_reach IS NOT NULL",
    ):
        db.execute(statement)


@migrations(name="0016_letters_counted_by_why")
def letters_counted_by_why(db: Database) -> None:
    """Add a column to the index of files that ran `letters_found_quickly` as it first shipped."""
    db.execute("DROP INDEX messages_counted")
    db.execute("CREATE INDEX messages_counted ON messages (round_id, kind, state, why)")


@migrations(name="0017_mailboxes")
def mailboxes(db: Database) -> None:
    """Add the mailbox behind a letter that strangers can cause, so that tags in addresses cannot flood it."""
    db.execute("ALTER TABLE messages ADD COLUMN mailbox TEXT")
    rows = db.execute(
        "SELECT id, recipient FROM messages WHERE recipient != '' "
        "AND kind IN ('confirmation', 'confirmation reminder', 'new address', 'own page')"
    ).fetchall()
    db.conn.executemany(
        "UPDATE messages SET mailbox = ? WHERE id = ?", [(mailbox(recipient), number) for number, recipient in rows]
    )
    db.execute("CREATE INDEX messages_mailbox ON messages (mailbox, queued_at, state) WHERE mailbox IS NOT NULL")
    db.execute(
        "CREATE INDEX messages_unasked ON messages (due_at) "
        "WHERE state = 'waiting' AND kind NOT IN ('confirmation', 'new address', 'own page')"
    )


@migrations(name="0018_past_rounds")
def past_rounds(db: Database) -> None:
    """Add the rounds held before the scheme, by the import that brought them. Those without a number are one entry."""
    db.execute(
        "CREATE TABLE past_rounds (import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE, "
        "round_id INTEGER PRIMARY KEY REFERENCES rounds ON DELETE CASCADE, "
        "is_numbered INTEGER NOT NULL CHECK (is_numbered IN (0, 1))) STRICT"
    )


_FIRST = (
    # What the organiser chose; values are JSON. Never a secret: those stay out of this file.
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    # `identity` is the casefolded email. Personal columns are NULL after erasure; organisation stays for the charts.
    # `skips_round` is the number of a round this person asked to be left out of, before it was drawn.
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        identity TEXT UNIQUE,
        name TEXT, email TEXT, phone TEXT, chat_id TEXT, role TEXT, topics TEXT,
        organisation TEXT NOT NULL,
        language TEXT,
        shares TEXT NOT NULL DEFAULT '["email","phone","chat_id"]',
        extra TEXT NOT NULL DEFAULT '{}',
        status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('unconfirmed','active','paused','left','erased')),
        paused_until TEXT,
        skips_round INTEGER,
        cannot_reach TEXT,
        unsubscribed_at TEXT,
        joined_at TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        CHECK (status != 'erased' OR coalesce(identity,name,email,phone,chat_id,role,topics,cannot_reach) IS NULL)
    ) STRICT""",
    "CREATE INDEX people_organisation ON people (organisation)",
    "CREATE INDEX people_unconfirmed ON people (joined_at) WHERE status = 'unconfirmed'",
    # Pairs never to be drawn together. The lower id comes first.
    """CREATE TABLE apart (
        person_1 INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        person_2 INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        PRIMARY KEY (person_1, person_2), CHECK (person_1 < person_2)
    ) STRICT""",
    # One confirmed upload. `before` and `after` are JSON of a person's columns, `before` NULL for somebody new.
    "CREATE TABLE imports (id INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL, undone_at TEXT) STRICT",
    """CREATE TABLE import_changes (
        import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
        person_id INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        before TEXT, after_version INTEGER NOT NULL,
        PRIMARY KEY (import_id, person_id)
    ) STRICT""",
    """CREATE TABLE rounds (
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('draft','published','closed')),
        seed INTEGER NOT NULL,
        certificate TEXT NOT NULL DEFAULT '{}',
        drawn_at TEXT NOT NULL, published_at TEXT, closed_at TEXT,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    "CREATE UNIQUE INDEX one_draft ON rounds (state) WHERE state = 'draft'",
    # `cancelled_at` is set when a published match is replaced after a withdrawal.
    """CREATE TABLE matches (
        id INTEGER PRIMARY KEY,
        round_id INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
        locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
        met_says_organiser TEXT CHECK (met_says_organiser IN ('yes','no')),
        cancelled_at TEXT
    ) STRICT""",
    "CREATE INDEX matches_round ON matches (round_id)",
    # Who sits in a match, with the organisation they belonged to then. Position 1 writes first.
    # `cannot_at` is set when they tell us that they cannot this time, so that the organiser can repair the match.
    """CREATE TABLE seats (
        match_id INTEGER NOT NULL REFERENCES matches ON DELETE CASCADE,
        person_id INTEGER NOT NULL REFERENCES people,
        position INTEGER NOT NULL,
        organisation TEXT NOT NULL,
        cannot_at TEXT,
        PRIMARY KEY (match_id, person_id)
    ) STRICT""",
    "CREATE INDEX seats_person ON seats (person_id)",
    "CREATE TABLE left_out (round_id INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE, "
    "person_id INTEGER NOT NULL REFERENCES people, PRIMARY KEY (round_id, person_id)) STRICT",
    # What a draft was before each tweak, newest last, for undo: JSON of person ids only.
    """CREATE TABLE tweaks (
        id INTEGER PRIMARY KEY,
        round_id INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
        at TEXT NOT NULL, what TEXT NOT NULL, before TEXT NOT NULL
    ) STRICT""",
    # One letter to one person. `key` makes it unique on round, person and kind; `letter` holds its exact bytes.
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        round_id INTEGER REFERENCES rounds ON DELETE SET NULL,
        match_id INTEGER REFERENCES matches ON DELETE SET NULL,
        person_id INTEGER REFERENCES people ON DELETE CASCADE,
        recipient TEXT NOT NULL, subject TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting','sending','sent','failed','in doubt','cancelled')),
        why TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        queued_at TEXT NOT NULL, due_at TEXT NOT NULL,
        sender TEXT, sending_since TEXT, sent_at TEXT,
        letter BLOB NOT NULL -- last, so that reading the columns before it does not read the letter
    ) STRICT""",
    "CREATE INDEX messages_due ON messages (state, due_at)",
    "CREATE INDEX messages_round ON messages (round_id, kind)",
    "CREATE INDEX messages_person ON messages (person_id)",
    # What a scheme that runs by itself has done in a round, so that nobody does it again.
    """CREATE TABLE month_steps (
        round_id INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
        step TEXT NOT NULL CHECK (step IN ('draw','publish','remind','ask','close','report')),
        at TEXT NOT NULL,
        PRIMARY KEY (round_id, step)
    ) STRICT""",
    # What one person said about one match. Yes/no columns are 1/0, NULL when not said.
    """CREATE TABLE answers (
        match_id INTEGER NOT NULL REFERENCES matches ON DELETE CASCADE,
        person_id INTEGER NOT NULL REFERENCES people,
        met TEXT NOT NULL CHECK (met IN ('yes','not yet','no')),
        why_not TEXT, knew_each_other INTEGER,
        useful INTEGER CHECK (useful BETWEEN 1 AND 5),
        helped INTEGER, conduit INTEGER, again INTEGER,
        selling TEXT, story TEXT, story_may_be_shared INTEGER, comment TEXT,
        answered_at TEXT NOT NULL,
        PRIMARY KEY (match_id, person_id)
    ) STRICT""",
    # Links in letters. Only a hash is kept; the link itself is known to its owner alone.
    """CREATE TABLE tokens (
        hash BLOB PRIMARY KEY,
        purpose TEXT NOT NULL CHECK (purpose IN ('confirm','me','feedback','unsubscribe','cannot')),
        person_id INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        match_id INTEGER REFERENCES matches ON DELETE CASCADE,
        made_at TEXT NOT NULL, expires_at TEXT
    ) STRICT""",
    "CREATE INDEX tokens_person ON tokens (person_id)",
    # Organisers who are signed in. Only a hash of what their cookie holds is kept.
    """CREATE TABLE sign_ins (
        hash BLOB PRIMARY KEY, who TEXT NOT NULL, at TEXT NOT NULL, expires_at TEXT NOT NULL
    ) STRICT""",
)
