"""Charts: each is a chart Vega-Lite can draw, whatever the data, in colours that can be told apart."""

import json
import tomllib
from collections.abc import Callable

import pandas as pd
import pytest
import vl_convert
from PIL import ImageColor

from coffee.charts import Drawing, palette
from coffee.charts.bars import counts, met_by_round, rates_with_intervals, share_by_round
from coffee.charts.forecast import forecast_chart
from coffee.charts.ground import DARK, LIGHT, Ground
from coffee.charts.growth import growth_chart, possible_fits
from coffee.charts.picture import network_picture
from coffee.charts.picture_files import as_picked, illustration, picture, vega_lite
from coffee.charts.reach import reach_chart
from coffee.charts.silo_map import PICK, silo_map
from coffee.charts.tiles import DEEP, INK, PALE, tiles
from coffee.dashboard.charts.pictures import png, svgs
from coffee.insight.silos import COUNTS
from coffee.text.silo import Silo
from tests.running import ROOT
from tests.worst import WORST

NAMES = ["A", "<b>B</b>", "Σ " * 150, "=cmd()", "NA", 'it\'s 5 % \\ "x"']


def growth(rounds: int) -> pd.DataFrame:
    numbers = range(1, rounds + 1)
    return pd.DataFrame({"round": numbers, "met": numbers, "introduced": numbers, "possible": [20] * rounds})


def rounds(count: int) -> pd.DataFrame:
    numbers = {"met": 3, "unknown": 0, "did_not_meet": 2, "Answered": 0, "Asked": 0}
    return pd.DataFrame({"round": range(count), "Round": range(count)} | numbers)


def cells(names: list[str]) -> pd.DataFrame:
    how = ["yes", "no", "unknown", "never"]
    rows = [(a, b, how[(i + j) % 4], 1, 1, 0, 0) for i, a in enumerate(names) for j, b in enumerate(names)]
    return pd.DataFrame(rows, columns=["row", "column", "how", *COUNTS])


def nodes(names: list[str]) -> pd.DataFrame:
    row = {"x": 0.5, "y": 0.5, "about": "x", "people": 1, "taking_part": True, "chosen": False, "named": False}
    return pd.DataFrame([row | {"name": name} for name in names], columns=["name", *row])


def lines(count: int) -> pd.DataFrame:
    row = {"x": 0.1, "y": 0.1, "x2": 0.9, "y2": 0.9, "how": palette.NOT_MET, "matches": 1, "about": "A and B"}
    return pd.DataFrame([row] * count, columns=list(row))


def reach(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"organisation": names, "people": 1, "met": 1, "introduced": 2, "others": len(names)})


def shares(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"name": names, "share": 0.5, "low": 0.2, "high": 0.8, "words": "1 of 2", "count": 3})


def rates(names: list[str]) -> pd.DataFrame:
    rows = [(name, "Met", share, "50 %", "1 of 2") for name, share in zip(names, [0.5, None] * 9, strict=False)]
    return pd.DataFrame(rows, columns=["group", "rate", "share", "label", "words"])


BAND = pd.DataFrame({"round": [0, 1], "low": [0.1, 0.2], "middle": [0.1, 0.3], "high": [0.1, 0.4]})
DRAWN: dict[str, Callable[[list[str]], Drawing]] = {
    "growth": lambda _: growth_chart(growth(5)),
    "growth of one round": lambda _: growth_chart(growth(1)),
    "heat map": lambda names: silo_map(cells(names), names, "Team"),
    "heat map of one": lambda names: silo_map(cells(names[:1]), names[:1], "Team"),
    "network": lambda names: network_picture(nodes(names), lines(3)),
    "network without lines": lambda names: network_picture(nodes(names[:1]), lines(0)),
    "network of 300": lambda names: network_picture(nodes(names[:1] * 300), lines(150)),
    "met": lambda _: met_by_round(rounds(3)),
    "answered": lambda _: share_by_round(rounds(2), "Answered", "Asked"),
    "answered in many rounds": lambda _: share_by_round(rounds(30), "Answered", "Asked"),
    "counts": lambda names: counts(shares(names), "name", "count", "Answers"),
    "rates": lambda names: rates_with_intervals(shares(names), "name", "Team", "Rate"),
    "no rates": lambda _: rates_with_intervals(shares([]), "name", "Team", "Rate"),
    "reach": lambda names: reach_chart(reach(names), Silo()),
    "forecast": lambda _: forecast_chart(BAND, (0.5, 0.8), Silo("team")),
    "forecast with more": lambda _: forecast_chart(BAND, (0.5, 0.8), Silo("team"), BAND),
    "tiles": lambda names: tiles(rates(names), "Team"),
    "tiles of nothing": lambda _: tiles(rates(["1", "2"])[1:], "Round"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_each_chart_keeps_to_the_schema_and_can_be_drawn(name: str) -> None:
    """Vega-Lite's own schema accepts it, and Vega draws it without a warning becoming an error."""
    chart = DRAWN[name](NAMES)
    chart.to_dict(validate=True)
    assert (svgs([illustration(chart)])[0] or "").startswith("<svg")


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_keeps_its_height(name: str) -> None:
    """A rerun does not make the page jump: the height is a number, whatever the browser's width."""
    assert isinstance(DRAWN[name](NAMES).to_dict()["height"], int)


def test_every_chart_can_be_drawn_whatever_names_there_are() -> None:
    """JavaScript's own names, half an emoji, braces and characters that XML forbids: none stops a picture."""
    made = [draw(list(WORST)) for draw in DRAWN.values()]
    titled = [picture(made[1], worst, worst) for worst in WORST]
    drawn = svgs([*map(illustration, made), *titled])
    assert [one for one in drawn if not (one or "").startswith("<svg")] == []


@pytest.mark.parametrize("worst", WORST, ids=ascii)
def test_what_is_picked_in_a_page_has_its_own_name(worst: str) -> None:
    """A page draws JavaScript's own names under others that look the same, and knows whose they are."""
    packed: list[pd.DataFrame] = []

    def pack(frame: pd.DataFrame) -> bytes:
        packed.append(frame)
        return str(frame).encode()

    vega_lite(DRAWN["heat map"]([worst, "B"]), pack)
    names = {name for frame in packed if "row" in frame for name in frame["row"]}
    assert not names & {"constructor", "__proto__", "toString", "valueOf"}
    assert {as_picked(name) for name in names} == {worst, "B"}


def test_names_are_drawn_as_they_are() -> None:
    """A name with markup in it is text in the picture."""
    (drawn,) = svgs([illustration(counts(shares(NAMES), "name", "count", "Answers"))])
    assert drawn
    assert "&lt;b&gt;B&lt;/b&gt;" in drawn
    assert "<b>" not in drawn


def test_a_picture_has_its_title_and_takeaway() -> None:
    """The download is a PNG that says what it shows."""
    chart = growth_chart(growth(3))
    drawn = png(picture(chart, "How it grows", "One of two " * 30))
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > len(vl_convert.vegalite_to_png(json.dumps(chart.to_dict())))


def test_a_cell_can_be_selected_by_name() -> None:
    """The page listens to the selection under the name the chart gives it, with both organisations."""
    params = silo_map(cells(NAMES), NAMES, "Team").to_dict()["params"]
    assert {"name": PICK, "fields": ["row", "column"]}.items() <= {
        "name": params[0]["name"],
        "fields": params[0]["select"]["fields"],
    }.items()


def test_what_is_possible_is_left_out_when_it_would_flatten_the_rest() -> None:
    """A line far above the others is said in words instead."""
    near, far = growth(5), growth(5).assign(possible=10_000)
    assert possible_fits(near)
    assert not possible_fits(far)
    assert "Possible" not in json.dumps(growth_chart(far).to_dict())


@pytest.mark.parametrize("ground", ["#ffffff", "#0e1117"])
@pytest.mark.parametrize("ink", ["BLUE", "GREY", "VERMILION", "GREEN"])
def test_marks_stand_out_from_both_grounds(ink: str, ground: str) -> None:
    """Contrast of at least 3 : 1 in light and dark (WCAG 2.2, success criterion 1.4.11)."""
    assert contrast(getattr(palette, ink), ground) >= 3


@pytest.mark.parametrize("ink", ["BLUE", "GREY", "VERMILION"])
def test_the_sign_in_a_cell_can_be_read(ink: str) -> None:
    """White on a cell has at least 3 : 1, as large bold signs need (1.4.3)."""
    assert contrast(getattr(palette, ink), "#ffffff") >= 3


@pytest.mark.parametrize("ground", [PALE, DEEP])
def test_the_number_in_a_tile_can_be_read(ground: str) -> None:
    """Small text has at least 4.5 : 1 on the palest and the deepest tile (1.4.3)."""
    assert contrast(INK, ground) >= 4.5


def test_not_meeting_has_a_second_cue() -> None:
    """A pair that did not meet is dashed as well as vermilion, in the picture and in the bars."""
    network, bars = (
        network_picture(nodes(["A", "B"]), lines(1)).to_dict()["layer"][0],
        met_by_round(rounds(1)).to_dict(),
    )
    for drawn in (network, bars):
        dash = drawn["encoding"]["strokeDash"]
        assert dict(zip(dash["scale"]["domain"], map(tuple, dash["scale"]["range"]), strict=True)) == {
            palette.MET: (1, 0), palette.UNKNOWN: (1, 0), palette.NOT_MET: (5, 4)
        }  # fmt: skip
        assert dash["legend"], "the legend shows the dashes too"


@pytest.mark.parametrize("ground", [LIGHT, DARK])
def test_words_in_charts_can_be_read(ground: Ground) -> None:
    """Every word has at least 4.5 : 1 against its ground, light and dark (1.4.3)."""
    assert contrast(ground.ink, ground.paper) >= 4.5
    assert contrast(ground.quiet, ground.paper) >= 4.5


@pytest.mark.parametrize(("ground", "theme"), [(LIGHT, "light"), (DARK, "dark")])
def test_the_grounds_are_the_theme_s(ground: Ground, theme: str) -> None:
    """Charts stand on the background that the dashboard's theme gives them."""
    kept = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"][theme]
    assert (ground.paper, ground.ink) == (kept["backgroundColor"], kept["textColor"])


@pytest.mark.parametrize("name", DRAWN)
def test_no_chart_says_the_colour_of_its_words(name: str) -> None:
    """Whoever shows a chart knows its ground; only signs on a filled cell are the chart's own."""
    texts = [one for one in DRAWN[name](NAMES).to_dict().get("layer", []) if one.get("mark", {}).get("type") == "text"]
    assert {one["mark"].get("color", "open") for one in texts} <= {"open", "white", INK}


def test_a_gap_in_the_map_has_a_sign_of_its_own() -> None:
    """A pair never introduced is tinted and marked, and is not taken for the diagonal."""
    drawn = silo_map(cells(NAMES), NAMES, "Team").to_dict()
    itself, boxes = drawn["layer"][:2]
    never = boxes["encoding"]["color"]["scale"]["range"][-1]
    assert never not in ("transparent", itself["mark"]["color"])
    assert "–" in {row["mark"] for rows in drawn["datasets"].values() for row in rows if "mark" in row}


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [part / 255 for part in ImageColor.getrgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
