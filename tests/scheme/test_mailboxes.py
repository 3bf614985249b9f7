"""Addresses that lead to one mailbox."""

import pytest

from coffee.scheme.mailboxes import mailbox


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Ann.Lee+coffee@Devon.gov.uk", "ann.lee@devon.gov.uk"),
        ("a.n.n+x+y@googlemail.com", "ann@gmail.com"),
        ("Ann@GMail.com", "ann@gmail.com"),
        ("Siân+1@xn--bcher-kva.example", "siân@xn--bcher-kva.example"),
        ("+ann@x.example", "+ann@x.example"),
        ("o'brien@x.example", "o'brien@x.example"),
    ],
)
def test_a_mailbox_is_known_whatever_is_added_to_its_name(address: str, expected: str) -> None:
    """Case and tags make no other mailbox, nor do dots at Gmail; elsewhere dots do."""
    assert mailbox(address) == expected
