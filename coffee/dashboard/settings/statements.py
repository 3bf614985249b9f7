"""The organiser's own words on the pages about privacy, cookies and accessibility, in each language."""

from typing import Any

import streamlit as st

from coffee.dashboard import controls
from coffee.text.language import LANGUAGES, Language
from coffee.web.participants.statements import NOTICES, setting

LABELS = {"privacy": "Privacy notice", "cookies": "Cookie page", "accessibility": "Accessibility statement"}
EXAMPLES = {
    "privacy": (
        "[Your organisation] is responsible for this scheme. Our data protection officer is [name, address]. We keep "
        "people who have left for [months]. You can complain to [the Information Commissioner's Office]."
    ),
    "cookies": "[Our sign-on gateway] sets the cookie [name] for [purpose]. It lasts for [days].",
    "accessibility": (
        "This statement was prepared on [date]. If something does not work for you, write to [address]; we answer "
        "within [days]."
    ),
}


def fields(saved: dict[str, Any]) -> dict[str, str]:
    """Show the text areas. Return their texts by the names of the settings."""
    st.markdown(
        "The [privacy notice](/p/privacy), the [cookie page](/p/cookies) and the "
        "[accessibility statement](/p/accessibility) say how this program works. Complete them: who is responsible, "
        "whom to ask, what your organisation adds. Your words appear at the top."
    )
    typed: dict[str, str] = {}
    for tab, language in zip(st.tabs([language.name for language in LANGUAGES]), LANGUAGES, strict=True):
        with tab:
            typed |= {setting(name, language): _field(saved, name, language) for name in NOTICES}
    return typed


def _field(saved: dict[str, Any], name: str, language: Language) -> str:
    typed: str = controls.field(
        st.text_area,
        LABELS[name],
        saved.get(setting(name, language), ""),
        f"notices-{setting(name, language)}",
        max_chars=5000,
        placeholder=EXAMPLES[name],
        help="Leave an empty line between paragraphs. Where a language has no words of its own, another's are shown.",
    )
    return typed
