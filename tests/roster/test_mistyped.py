"""Likely corrections of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.roster.mistyped import ENDINGS, MAILBOXES, likely


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ann@gmial.com", "ann@gmail.com"),
        ("Ann.O'Hara@GMAIL.con", "Ann.O'Hara@gmail.com"),
        ("ann@outlok.com", "ann@outlook.com"),
        ("ann@hotmial.co.uk", "ann@hotmail.co.uk"),
        ("ann@nhs.ukk", "ann@nhs.uk"),
        ("ann@leeds.nhs.ukk", "ann@leeds.nhs.uk"),
        ("ann@nhs.ent", "ann@nhs.net"),
        ("ann@devon.gov.ku", "ann@devon.gov.uk"),
        ("ann@devon.gvo.uk", "ann@devon.gov.uk"),
        ("ann@swansea.gov.u", "ann@swansea.gov.uk"),
        ("ann@cardiff.gov.wale", "ann@cardiff.gov.wales"),
    ],
)
def test_a_slip_is_mended(typed, meant):
    """Letters swapped, doubled, left out or changed in a well-known domain or ending; the rest stays as typed."""
    assert likely(typed) == meant


@pytest.mark.parametrize(
    "email",
    [
        "a@ymail.com",
        "a@bbc.co.uk",
        "a@acme.com",
        "a@hotmail.fr",
        "a@gov.ie",
        "a@sky.com",
        "a@example.org",
        "",
        "a@",
        "x",
    ],
)
def test_what_looks_right_is_left_alone(email):
    """Domains that are no slip of a well-known one, and what is no address at all."""
    assert likely(email) == ""


@given(st.sampled_from([*MAILBOXES, *(f"devon.{ending}" for ending in ENDINGS), *ENDINGS]), st.text(max_size=20))
def test_nothing_is_suggested_for_a_suggestion(domain, user):
    """A suggestion is itself right, so nobody is asked twice."""
    assert likely(f"{user}@{domain}") == ""
