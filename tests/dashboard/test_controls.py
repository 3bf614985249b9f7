"""The values of controls when their page, data or options change."""

from collections.abc import Callable
from datetime import datetime

from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, rounds

Open = Callable[..., AppTest]


def page() -> None:
    """A page with one control of each kind, over data that the test changes."""
    import streamlit as st

    from coffee.dashboard import controls

    data = st.session_state
    controls.open_page(data["noun"], sample=data["sample"])
    newest = data["rounds"][0]
    controls.one(st.selectbox, "Round", data["rounds"], "round", newest, format_func="Round {}".format)
    controls.filter_by("Show", ["All", "Waiting", "Sent"], "show", data["letters"].count)
    controls.several(st.multiselect, "Of", data["silos"], "of")
    controls.pages(5, "page", of=data["asked"])
    controls.field(st.text_input, "Name", data["saved"], "name")
    st.session_state["unsaved"] = controls.unsaved("na")
    if st.button("Turn"):
        controls.turn(data["noun"], "round", data["rounds"][-1])
        st.rerun()
    if st.button("Give up"):
        controls.give_up("na")
        st.rerun()


def opened() -> AppTest:
    test = AppTest.from_function(page)
    put(
        test, noun="people", sample=False, rounds=[2, 1], silos=["Devon", "Kent"], letters=["Waiting"], asked="",
        saved="Coffee",
    )  # fmt: skip
    return test


def put(test: AppTest, **data: object) -> AppTest:
    for name, value in data.items():
        test.session_state[name] = value
    return test.run()


def test_what_is_chosen_stays_on_its_page() -> None:
    """Another page begins at its own default; back on the first, the choice is there again."""
    test = opened()
    test.selectbox[0].set_value(1).run()
    assert put(test, noun="emails").selectbox[0].value == 2
    test.text_input[0].set_value("Typed").run()
    assert put(test, noun="people").selectbox[0].value == 1
    assert test.text_input[0].value == "Coffee"
    assert put(test, sample=True).selectbox[0].value == 2
    put(test, sample=False, noun="emails")
    assert test.text_input[0].value == "Typed"


def test_a_link_shows_what_it_asks_for_and_nothing_hides_it() -> None:
    """A link to one round replaces earlier choices on the page; without a link they stay."""
    test = opened()
    test.multiselect[0].set_value(["Kent"]).run()
    put(test, noun="emails")
    assert put(test, noun="people").multiselect[0].value == ["Kent"]
    put(test, noun="emails")
    test.query_params["people-round"] = "Round 1"
    put(test, noun="people")
    assert (test.selectbox[0].value, test.multiselect[0].value) == (1, [])


def test_a_choice_that_is_there_survives_other_options() -> None:
    """New rounds do not move the one that is looked at, nor do other words for it."""
    test = opened()
    test.selectbox[0].set_value(1).run()
    assert put(test, rounds=[3, 2, 1]).selectbox[0].value == 1


def test_a_choice_that_has_gone_begins_again() -> None:
    """A discarded draft, a merged organisation and a filter with fewer pages leave nothing that is not there."""
    test = opened()
    test.selectbox[0].set_value(1).run()
    test.multiselect[0].set_value(["Devon", "Kent"]).run()
    put(test, rounds=[3, 2], silos=["Kent"])
    assert (test.selectbox[0].value, test.multiselect[0].value) == (3, ["Kent"])
    assert not test.exception


def test_a_filter_stays_chosen_when_nothing_is_left_of_it() -> None:
    """The last letter that waits goes out as the organiser asks for those that wait: they see that there are none."""
    test = opened()
    assert test.segmented_control[0].options == ["All", "Waiting"]
    test.segmented_control[0].set_value("Waiting")
    put(test, letters=["Sent"])
    assert (test.segmented_control[0].value, test.segmented_control[0].options) == (
        "Waiting",
        ["All", "Waiting", "Sent"],
    )
    test.segmented_control[0].set_value("All").run()
    assert test.segmented_control[0].options == ["All", "Sent"]
    assert not test.exception


def test_an_untouched_default_follows_on_arrival_and_never_under_a_click() -> None:
    """A round that a colleague draws is not shown in place of the one on screen, but is when the organiser returns."""
    test = opened()
    assert put(test, rounds=[3, 2, 1]).selectbox[0].value == 2
    put(test, noun="emails")
    assert put(test, noun="people").selectbox[0].value == 2
    test = opened()
    put(test, noun="emails")
    assert put(test, noun="people", rounds=[3, 2, 1]).selectbox[0].value == 3


def test_a_turn_shows_what_it_says_once() -> None:
    """After it the organiser chooses again."""
    test = opened()
    next(button for button in test.button if button.label == "Turn").click().run()
    assert test.selectbox[0].value == 1
    assert test.selectbox[0].set_value(2).run().selectbox[0].value == 2


def test_a_field_follows_what_is_saved_until_somebody_types() -> None:
    """Untouched it shows what a colleague saves; typed over it stays, says that it is unsaved, and can be given up."""
    test = opened()
    assert put(test, saved="Theirs").text_input[0].value == "Theirs"
    assert not test.session_state["unsaved"]
    test.text_input[0].set_value("Ours").run()
    assert put(test, saved="Theirs again").text_input[0].value == "Ours"
    assert test.session_state["unsaved"]
    next(button for button in test.button if button.label == "Give up").click().run()
    assert test.text_input[0].value == "Theirs again"


def test_the_click_after_a_draw_counts(
    fill: Callable[..., None], scheme: Scheme, open_page: Open, now: datetime
) -> None:
    """With two rounds out, the selector shows the draft that was drawn, and the next press acts on it."""
    fill(["Kent", "Devon", "Leeds", "Fife"], [[((0, 1), None), ((2, 3), None)], [((0, 2), None), ((1, 3), None)]])
    test = open_page("rounds")
    assert test.selectbox(key="round").value == 2
    for label in ("Generate round 3", "Draw again"):
        next(button for button in test.button if button.label == label).click().run()
        assert not test.exception
        assert test.selectbox(key="round").value == 3
    with scheme.reading() as db:
        assert rounds.last_tweak(db, 3) is not None
