"""A year of a small scheme by itself, with everything that happens to people in it."""

from pathlib import Path

from tests.automation.world import A_DAY, world


def test_a_year_of_24_people(tmp_path: Path) -> None:
    """People join, leave, skip, pause, fall silent and cannot be reached, and programs are killed: every step is taken
    once, by one of two programs that look at the same moment, nothing halts, and nobody is lost in any round."""
    with world(tmp_path, 24, seed=2, newcomers=0.08, odd_sits_out=True) as scheme:
        scheme.live(scheme.now + 360 * A_DAY)
        scheme.check_the_end()
        assert scheme.rounds() == 13
        assert 0 < scheme.won < scheme.races
        assert scheme.beside.restarts > 12
        assert {"mended", "sits out", "rematch", "still in", "paused"} <= {kind for kind, _ in scheme.letters()}
