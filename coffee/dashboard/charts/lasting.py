"""The caution that few introductions become lasting ties, with its source."""

import streamlit as st

SOURCE = "https://doi.org/10.1186/s41469-020-0067-4"
CITED = "Hasan and Koning 2020"
LASTING = (
    "A talk is not yet a tie. In one experiment with 112 aspiring entrepreneurs ({cited}), about nine in ten "
    "randomised meetings never became a friendship or a source of advice. Read these figures as doors opened, not as "
    "habits changed."
)
IN_PRINT = LASTING.format(cited=f"{CITED}, Journal of Organization Design 9")


def show() -> None:
    """Show the caution, with a link to its source."""
    st.markdown(f":material/door_open: {LASTING.format(cited=f'[{CITED}]({SOURCE})')}")
