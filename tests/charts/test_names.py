"""Names in little room."""

from hypothesis import given
from hypothesis import strategies as st

from coffee.charts.names import in_lines, shortened

ALIKE = st.lists(
    st.builds(
        "{}{} {}".format,
        st.sampled_from(["London Borough of ", "North Somersetshire Borough Council ", ""]),
        st.text("ab ", max_size=20),
        st.integers(0, 20),
    ),
    unique=True,
    max_size=12,
)


def test_a_long_name_keeps_what_tells_it_apart() -> None:
    """Boroughs that begin alike are told apart by their own word, whatever stands at the end."""
    names = ["London Borough of Camden Council", "London Borough of Barnet Council", "Leeds"]
    short = shortened(names, 20)
    assert "Camden" in short[names[0]]
    assert "Barnet" in short[names[1]]
    assert short["Leeds"] == "Leeds"


def test_numbered_names_keep_their_number() -> None:
    """Names that differ in their last figure only keep it."""
    names = [f"North Somersetshire Borough Council {number}" for number in range(60)]
    assert all(shortened(names, 22)[name].endswith(name[-3:]) for name in names)


@given(ALIKE, st.integers(8, 30))
def test_no_two_names_look_the_same(names: list[str], room: int) -> None:
    """Each label is different and fits, however alike the names; names that fit stay as they are."""
    short = shortened(names, room)
    assert len(set(short.values())) == len(names)
    assert all(len(label) <= room for label in short.values())
    assert all(short[name] == name for name in names if len(name) <= room)


@given(ALIKE, st.integers(8, 30))
def test_two_lines_are_enough(names: list[str], width: int) -> None:
    """No label takes more than two lines, and no line is too wide."""
    assert all(
        len(lines) <= 2 and all(len(line) <= width for line in lines) for lines in in_lines(names, width).values()
    )
