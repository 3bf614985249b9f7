"""Sign-ins as the file stores them."""

from datetime import datetime, timedelta

from coffee.scheme import Scheme, sign_ins


def test_a_sign_in_lasts_14_days(scheme: Scheme, now: datetime) -> None:
    """The holder of the token is known until two weeks have passed, and not a moment longer."""
    with scheme.writing() as db:
        sign_ins.begin(db, "token", "ann@devon.gov.uk", now)
        over = now + timedelta(days=14)
        assert sign_ins.whose(db, "token", over - timedelta(microseconds=1)) == "ann@devon.gov.uk"
        assert sign_ins.whose(db, "token", over) is None


def test_nobody_is_known_by_another_token(scheme: Scheme, now: datetime) -> None:
    """Neither another token nor the hash that the file holds opens anything."""
    with scheme.writing() as db:
        sign_ins.begin(db, "token", "organiser", now)
        kept = db.execute("SELECT hash FROM sign_ins").fetchone()[0]
        assert sign_ins.whose(db, "Token", now) is None
        assert sign_ins.whose(db, kept.hex(), now) is None


def test_the_file_does_not_hold_the_token(scheme: Scheme, now: datetime) -> None:
    """Whoever steals a backup cannot sign in with it."""
    with scheme.writing() as db:
        sign_ins.begin(db, "a-very-secret-token", "organiser", now)
    scheme.wipe_traces()
    everything = scheme.path.read_bytes()
    assert b"organiser" in everything
    assert b"a-very-secret-token" not in everything


def test_signing_out_ends_one_sign_in(scheme: Scheme, now: datetime) -> None:
    """The same organiser's other devices stay signed in."""
    with scheme.writing() as db:
        sign_ins.begin(db, "phone", "organiser", now)
        sign_ins.begin(db, "desk", "organiser", now)
        sign_ins.end(db, "phone")
        assert sign_ins.whose(db, "phone", now) is None
        assert sign_ins.whose(db, "desk", now) == "organiser"


def test_everybody_can_be_signed_out(scheme: Scheme, now: datetime) -> None:
    """No sign-in outlives it."""
    with scheme.writing() as db:
        for token in ("phone", "desk"):
            sign_ins.begin(db, token, "organiser", now)
        sign_ins.end_all(db)
        assert [sign_ins.whose(db, token, now) for token in ("phone", "desk")] == [None, None]


def test_old_sign_ins_are_forgotten(scheme: Scheme, now: datetime) -> None:
    """The next sign-in removes those whose time is over, so that the file does not keep who came when for ever."""
    with scheme.writing() as db:
        sign_ins.begin(db, "old", "organiser", now)
        sign_ins.begin(db, "new", "organiser", now + timedelta(days=15))
        assert db.execute("SELECT count(*) FROM sign_ins").fetchone()[0] == 1
