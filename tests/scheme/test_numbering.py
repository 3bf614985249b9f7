"""The numbering of people in research data."""

from coffee.scheme import Scheme, numbering


def test_the_seed_is_drawn_once_and_kept(scheme: Scheme) -> None:
    """Whoever asks again gets the same, and nobody asked before it was drawn."""
    with scheme.writing() as db:
        assert numbering.stored_seed(db) is None
        seed = numbering.draw(db)
        assert numbering.draw(db) == seed
    with scheme.reading() as db:
        assert numbering.stored_seed(db) == seed
