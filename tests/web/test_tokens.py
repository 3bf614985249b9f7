"""The tokens in letters' links."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from coffee.scheme import Scheme, answers, tokens
from tests.web.conftest import Pair


def test_a_link_opens_what_it_was_made_for(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """A new token finds its person and its match."""
    with scheme.writing() as db:
        token = tokens.new(db, "feedback", pair.ada, pair.match_id, now=now)
        assert tokens.find(db, "feedback", token, lambda: now) == tokens.Holder(pair.ada)
        assert answers.talk_behind(db, "feedback", token, lambda: now) == answers.talk(db, pair.match_id, pair.ada)


def test_a_link_has_one_purpose(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """A feedback link does not open anybody's own page."""
    with scheme.writing() as db:
        token = tokens.new(db, "feedback", pair.ada, pair.match_id, now=now)
        assert tokens.find(db, "me", token, lambda: now) is None


def test_a_link_has_256_random_bits() -> None:
    """Links cannot be guessed: each has 32 random bytes, all different."""
    made = {tokens.mint() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}


def test_the_scheme_does_not_know_the_link(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """A stolen file opens no links, because it does not hold the tokens."""
    with scheme.writing() as db:
        token = tokens.new(db, "me", pair.ada, now=now)
    files = b"".join(part.read_bytes() for part in scheme.path.parent.iterdir())
    assert token.encode() not in files
    assert tokens.hash_of(token) in files


def test_an_old_link_is_dead_from_its_last_moment(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """A token works up to the moment it expires, but not at it."""
    end = now + timedelta(days=7)
    with scheme.writing() as db:
        token = tokens.new(db, "confirm", pair.ada, now=now, expires_at=end)
        assert tokens.find(db, "confirm", token, lambda: end - timedelta(microseconds=1))
        assert tokens.find(db, "confirm", token, lambda: end) is None


def test_links_are_dead_after_erasure(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Erased people have no page, even if a token was left behind."""
    with scheme.writing() as db:
        token = tokens.new(db, "me", pair.ada, now=now)
        _blank(db, pair.ada)
        assert tokens.find(db, "me", token, lambda: now) is None


def _blank(db: Database, person_id: int) -> None:
    blank = ("identity", "name", "email", "phone", "chat_id")
    db.table("people").update(person_id, {"status": "erased"} | dict.fromkeys(blank))


def test_revoking_kills_one_persons_links_only(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Revoking ends all of one person's links, or those for one purpose."""
    with scheme.writing() as db:
        mine, feedback = (tokens.new(db, purpose, pair.ada, now=now) for purpose in ("me", "feedback"))
        other = tokens.new(db, "me", pair.grace, now=now)
        tokens.revoke(db, pair.ada, "me")
        assert tokens.find(db, "me", mine, lambda: now) is None
        assert tokens.find(db, "feedback", feedback, lambda: now)
        tokens.revoke(db, pair.ada)
        assert tokens.find(db, "feedback", feedback, lambda: now) is None
        assert tokens.find(db, "me", other, lambda: now)


@pytest.mark.parametrize(("minutes", "recent"), [(0, True), (10, True), (11, False)])
def test_a_recent_link_is_noticed(scheme: Scheme, pair: Pair, now: datetime, minutes: int, recent: bool) -> None:
    """A second click within ten minutes is told apart from a new request."""
    with scheme.writing() as db:
        tokens.new(db, "me", pair.ada, now=now)
        assert tokens.made_since(db, "me", pair.ada, now + timedelta(minutes=minutes - 10)) is recent
        assert not tokens.made_since(db, "me", pair.grace, now - timedelta(days=1))


@settings(deadline=None)
@given(guess=st.text())
def test_any_text_can_be_tried(guess: str) -> None:
    """Odd characters make a wrong link, not an error."""
    assert len(tokens.hash_of(guess)) == 32


def test_a_wrong_link_finds_nobody(scheme: Scheme, now: datetime) -> None:
    """A made-up token finds nobody, even with lone surrogates."""
    with scheme.reading() as db:
        assert tokens.find(db, "me", "\udcff", lambda: now) is None
