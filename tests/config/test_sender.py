"""The organiser's details on letters and pages."""

from dataclasses import replace

import pytest

from coffee.config.environment import Environment
from coffee.config.sender import office, office_of_pages
from coffee.mail.post.errors import BadMailAddress
from coffee.scheme import Scheme, settings


def test_pages_are_there_before_anybody_signs_letters(scheme: Scheme) -> None:
    """With a mail server and no sender letters are refused in a sentence; pages know their address and name."""
    environment = Environment(scheme.path, "https://coffee.example/below", smtp_url="smtp://mail.example:25")
    with scheme.writing() as db:
        settings.put(db, "title", "Unmentoring")
        with pytest.raises(BadMailAddress, match="Letters need a sender"):
            office(db, environment)
        shown = office_of_pages(db, environment)
        assert shown.letters_leave
        assert (shown.base_url, shown.title, shown.address) == ("https://coffee.example/below", "Unmentoring", "")
        assert shown.name == ""
        signed = replace(environment, sender="Olu <olu@coffee.example>")
        assert office(db, signed) == office_of_pages(db, signed)
        assert office(db, signed).address == "olu@coffee.example"


def test_an_account_gives_letters_an_address_and_no_name(scheme: Scheme) -> None:
    """Without a sender letters come from this machine, or from the mail account, and the scheme's name stands in."""
    for smtp, address in ((None, "coffee@localhost"), ("smtp://ann%40x.example:secret@mail.example", "ann@x.example")):
        environment = Environment(scheme.path, "http://localhost:8501", smtp_url=smtp)
        with scheme.reading() as db:
            found = office(db, environment)
        assert found.letters_leave == bool(smtp)
        assert found.contact == ("ann@x.example" if smtp else "")
        assert (found.name, found.address, found.signed_in()) == ("", address, "Coffee trial")
