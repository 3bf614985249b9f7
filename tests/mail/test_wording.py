"""The organiser's own wording."""

from datetime import datetime

import pytest

from coffee import rounds
from coffee.mail import template, wording
from coffee.mail.errors import MailError
from coffee.mail.letters import Office
from coffee.mail.reading import read
from coffee.scheme import Scheme, messages, people
from coffee.scheme import rounds as kept


def test_what_is_saved_is_what_is_published(scheme: Scheme, office: Office, now: datetime) -> None:
    """A round published after the wording was changed says the new words; going back to the default says the old."""
    wording.save(scheme, office, "introduction", "Subject: Meet {{ partners }}\n\nOur own words, {{ name }}.\n", now)
    with scheme.writing() as db:
        for n in range(2):
            people.add(db, {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"Council {n}"}, now=now)
    round_id = rounds.generate(scheme, now, seed=1)
    with scheme.reading() as db:
        version = kept.get(db, round_id).version
    rounds.publish(scheme, round_id, version, office, now)
    with scheme.reading() as db:
        letter = read(messages.stored(db, messages.in_state(db, "waiting")[0]).letter)
    assert letter
    assert "Our own words, Siân" in letter.text
    assert "Our own words, Siân" in letter.html
    wording.restore(scheme, "introduction")
    with scheme.reading() as db:
        assert wording.source(db, "introduction") is None


def test_a_misspelt_field_is_not_saved(scheme: Scheme, office: Office, now: datetime) -> None:
    """A template with a field that does not exist is refused with its name and the names there are."""
    with pytest.raises(MailError, match=r"There is no field “nmae”.*partner_names"):
        wording.save(scheme, office, "reminder", "Subject: x\n\nHello {{ nmae }}\n", now)
    with scheme.reading() as db:
        assert wording.source(db, "reminder") is None


@pytest.mark.parametrize("kind", wording.KINDS)
def test_the_field_list_is_true(office: Office, now: datetime, kind: str) -> None:
    """Every field in the list can be used in every letter, and every field of a default is in the list."""
    everything = "Subject: x\n\n" + " ".join(f"{{{{ {name} }}}}" for name in wording.FIELDS)
    assert wording.example(office, kind, everything, now).letter
    assert wording.example(office, kind, None, now).letter
    for name in wording.FIELDS:
        without = {field: "x" for field in wording.FIELDS if field != name}
        if f"{{{{ {name} }}}}" in template.default(kind):
            with pytest.raises(MailError, match=name):
                template.fill(template.default(kind), without)
