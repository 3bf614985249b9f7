"""Files that a bad disk, a bad program or an ill will has changed."""

import random
from datetime import datetime

import pytest

from coffee.people import service
from coffee.sample import ROSTER
from coffee.scheme import Scheme
from tests.bench.fuzz import SEEDS, mutated, outcome

MANY, FEW = 30, 3  # a workbook takes a process of its own


@pytest.mark.parametrize("kind", SEEDS)
def test_a_changed_file_is_read_or_refused_in_a_sentence(kind: str, scheme: Scheme, now: datetime) -> None:
    """From the upload to the saved import and back, nothing crashes; `python -m tests.bench.fuzz 600` tries more."""
    service.import_roster(scheme, ROSTER.read_bytes(), ROSTER.name, now)
    chance = random.Random(kind)
    files = [SEEDS[kind], *(mutated(SEEDS[kind], chance) for _ in range(MANY if kind in ("csv", "pairs") else FEW))]
    outcomes = [outcome(scheme, kind, data, service.opened) for data in files]
    assert [crash for _, crash in outcomes if crash] == []
    assert outcomes[0] == ("read", "")
