"""The script that app.py serves to a signed-in organiser, with the list of pages."""

from pathlib import Path

import streamlit as st

from coffee.dashboard import controls, frame

STATIC = Path(__file__).parents[1] / "web" / "static"
CUP = STATIC / "cup.svg"  # a Material icon here would be fetched from Google

st.set_page_config(page_icon=str(CUP), layout="wide")
style = "[data-testid=stToastContainer] {top: auto; bottom: 1rem}"  # at the top they lie over Sign out and dialogs' ×
if st.context.theme.type == "dark":
    # Streamlit writes white on the accent, and no setting changes that: 1.9 : 1 on an accent that reads well on dark.
    primary = '[data-testid^="stBaseButton-primary"]:not(:disabled)'
    style += f"{primary}, {primary} * {{color: #08272b}}"
style += ".away > :not(.lost), [data-testid=stConnectionStatus] {display: none} .lost {padding: 0 1.5rem 1rem}"
st.html(f"<style>{style}</style>")
frame.script("lost")
signed_in = frame.organisers().identify(st.context.cookies) is not None
page = st.navigation(
    [
        st.Page(frame.PAGES / f"{noun}.py", title=noun.capitalize(), icon=icon, default=noun == "overview")
        for noun, icon in frame.ICONS.items()
    ],
    position="top" if signed_in else "hidden",
)
st.set_page_config(page_title=f"{page.title} – Coffee trial")
if not signed_in:
    st.title("You are signed out", anchor=False)
    # The gate answers the reload: with the way to sign in, and back here afterwards.
    st.html('<a href="" target="_self">Sign in</a>')
    frame.script("reload")
    st.stop()
if frame.visits_sample():
    st.query_params["scheme"] = "sample"
controls.open_page(page.title.lower(), sample=frame.visits_sample())
content = st.container()
frame.script("top", f"{page.title}-{st.session_state.get('tops', 0)}")
with content:
    page.run()
