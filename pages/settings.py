"""Settings: names, sender, draws, automatic rounds, access and backups."""

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.overview import sample_scheme
from coffee.dashboard.settings import forms
from coffee.scheme import settings

frame.head("Settings", "What you set here holds for every organiser of this scheme.")
with frame.scheme().reading() as db:
    saved = settings.everything(db)
forms.chosen(saved)
forms.access()
forms.take_out()
if not frame.is_sample():
    sample_scheme.offer()
forms.backups()
st.caption(f"The scheme is the file {frame.plain(str(frame.scheme().path))}.")
