"""The script that app.py serves to a signed-in organiser: which pages there are."""

from pathlib import Path

import streamlit as st

from coffee import frame

PAGES = Path(__file__).resolve().parent.parent / "pages"
NOUNS = {
    "overview": ":material/local_cafe:",
    "people": ":material/group:",
    "rounds": ":material/shuffle:",
    "emails": ":material/mail:",
    "connections": ":material/hub:",
    "feedback": ":material/forum:",
    "settings": ":material/settings:",
}

st.set_page_config(page_title="Coffee trial", page_icon=":material/local_cafe:", layout="wide")
signed_in = frame.organisers().whose(st.context.cookies) is not None
page = st.navigation(
    [
        st.Page(PAGES / f"{noun}.py", title=noun.capitalize(), icon=icon, default=noun == "overview")
        for noun, icon in NOUNS.items()
    ],
    position="top" if signed_in else "hidden",
)
if not signed_in:
    st.title("You are signed out", anchor=False)
    st.html(
        '<a href="/sign-in" target="_self">Sign in</a><script>location.replace("/sign-in")</script>',
        unsafe_allow_javascript=True,
    )
    st.stop()
if frame.is_sample():
    st.query_params["scheme"] = "sample"
page.run()
