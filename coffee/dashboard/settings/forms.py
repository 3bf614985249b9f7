"""The sections of the Settings page, one for each thing that can be set."""

from functools import partial
from typing import Any

import streamlit as st
from email_validator import EmailNotValidError, validate_email
from streamlit.delta_generator import DeltaGenerator

from coffee import exports
from coffee.dashboard import controls, frame
from coffee.dashboard.emails.status import LIMITS
from coffee.dashboard.settings import automation, place_fields, save_button
from coffee.dashboard.settings import statements as notice_texts
from coffee.dashboard.settings.automation import Month
from coffee.mail.letters import wording
from coffee.mail.letters.letter import name_and_address, named
from coffee.rounds.pool import Rules
from coffee.scheme import SchemeError, settings, sign_ins
from coffee.scheme.silence import AFTER
from coffee.text.language import ENGLISH, in_english

Values = dict[str, Any]  # the settings by name
Section = tuple[Values, DeltaGenerator | None]  # what its fields have now, and where to speak when its Save was pressed
RULES = {
    "unmet_may_meet": "A pair that did not meet may be drawn again",
    "silos_first": "Crossing organisations matters more than avoiding repeats",
    "silos_free": "Pairs within one organisation are welcome",
    "odd_sits_out": "When the number is odd, one person sits out instead of making a trio",
    "prefer_new_links": "Prefer organisations that have never been linked",
    "quiet_apart": "Avoid pairing two people who have never answered",
    "mix_roles": "Mix roles",
    "reachable_only": "Leave out people whom letters cannot reach",
}
SHORTEST = 12  # characters; the NCSC advises length (three random words) rather than symbols


def chosen(saved: Values) -> None:
    """Show all sections. Any Save button saves them all.

    st.form would not do: it holds its fields back until its own Save, and the month's fields depend on each other.
    """
    sections = [section(saved) for section in (_scheme, _sender, _drawing, _notices)]
    month, month_pressed = automation.month()
    values = {name: value for typed, _ in sections for name, value in typed.items()}
    for pressed in (*(pressed for _, pressed in sections), month_pressed):
        if pressed:
            with pressed, frame.sorry():
                automation.check(month)
                _put(saved, _checked(values), month)


def _scheme(saved: Values) -> Section:
    """Show the names of the scheme and of its silos, and its place."""
    with st.container(border=True):
        st.header("The scheme", anchor=False)
        title = controls.field(
            st.text_input, "Name", saved.get("title", "Coffee trial"), "scheme-title", max_chars=80,
            help="People see it in their letters.",
        )  # fmt: skip
        silo = controls.field(
            st.text_input, "What people come from", saved.get("silo", "organisation"), "scheme-silo", max_chars=40,
            help="For example council, team or site.",
        )  # fmt: skip
        typed = {"title": title.strip() or "Coffee trial", "silo": silo.strip() or "organisation"}
        return typed | place_fields.fields(saved), _save("scheme")


def _sender(saved: Values) -> Section:
    """Show who signs letters and gets replies, their language, and the mail server."""
    environment = frame.environment()
    fixed = environment.sender
    name, address = name_and_address(fixed or saved.get("from", ""))
    with st.container(border=True):
        st.header("Letters", anchor=False)
        if environment.mail_server:
            st.markdown(f"Letters leave through {frame.plain(environment.mail_server.place)}.")
        else:
            st.markdown(
                "No mail server is set, so letters stay on this machine and can be read under Emails. To send them, "
                "whoever runs this server sets COFFEE\\_SMTP\\_URL."
            )
        st.caption(f"{LIMITS} How many go in a minute is set under Emails, at Pace.")
        if fixed:
            st.markdown("The sender below comes from COFFEE\\_FROM and is changed there.")
        name = controls.field(st.text_input, "Your name", name, "sender-name", disabled=bool(fixed), max_chars=80)
        address = controls.field(
            st.text_input, "Your email address", address, "sender-address", disabled=bool(fixed), autocomplete="email"
        )
        replies = controls.field(
            st.text_input,
            "Replies go to",
            saved.get("reply_to") or "",
            "sender-replies",
            placeholder="The same address",
            help="Another address for whatever people answer, for example a shared mailbox.",
        )
        typed = {"reply_to": replies.strip(), wording.UNDECIDED: _undecided(saved.get(wording.UNDECIDED))}
        return typed | ({} if fixed else {"from": (name.strip(), address.strip())}), _save("sender")


def _undecided(saved: str | None) -> str:
    """Ask for the languages of letters to people who chose none: all, or one of them."""
    spoken = [language.code for language in wording.languages()]
    options = [" ".join(spoken), *reversed(spoken)] if len(spoken) > 1 else spoken
    known = " ".join(language.code for language in wording.undecided(saved))
    return controls.one(
        st.selectbox,
        "Letters to people who chose no language",
        options,
        "sender-undecided",
        known if known in options else options[0],
        stays="for the session",
        format_func=lambda codes: ENGLISH.listed([in_english(code) for code in codes.split()]),
        help="Several languages stand below each other in one letter. People choose theirs when they join.",
    )


def _drawing(saved: Values) -> Section:
    """Show the rules of a draw."""
    rules = Rules(**saved.get("rules", {}))
    with st.container(border=True):
        st.header("Drawing", anchor=False)
        st.markdown(
            "A draw avoids repeats first and pairs within one organisation second. The settings below "
            "choose between draws that are equally good."
        )
        typed = {
            name: controls.field(st.toggle, label, getattr(rules, name), f"drawing-{name}")
            for name, label in RULES.items()
        }
        silent = controls.field(
            st.number_input, "List people as silent after (rounds)", saved.get("silent_after", AFTER), "drawing-silent",
            min_value=1, max_value=26, help="Rounds in a row without an answer. Silent people are listed in People.",
        )  # fmt: skip
        return {"rules": typed, "silent_after": int(silent)}, _save("drawing")


def _notices(saved: Values) -> Section:
    """Show the organisation's own statements on privacy, cookies and accessibility."""
    with st.container(border=True):
        st.header("Notices", anchor=False)
        return notice_texts.fields(saved), _save("notices")


def _save(section: str) -> DeltaGenerator | None:
    return save_button.show(section, controls.unsaved(f"{section}-"))


def access() -> None:
    """Show the forms to change the password and to sign out everywhere."""
    organisers = frame.organisers()
    if organisers.environment.password:
        st.markdown("The organiser's password comes from COFFEE\\_PASSWORD and is changed there.")
    else:
        _password(organisers.vault.has_password())
    if st.button("Sign out everybody, everywhere", icon=":material/logout:"):
        _sign_out_everybody()


def _password(has_one: bool) -> None:
    with st.form("access", clear_on_submit=True):
        st.header("Signing in", anchor=False)
        old = st.text_input("Current password", type="password", autocomplete="current-password") if has_one else ""
        new = st.text_input(
            "New password", type="password", autocomplete="new-password",
            help=f"At least {SHORTEST} characters. Three random words are a good choice.",
        )  # fmt: skip
        if st.form_submit_button("Change password" if has_one else "Set a password"):
            with frame.sorry():
                _change_password(old, new)


def backups() -> None:
    """Show the download of a copy of the whole scheme."""
    with st.container(border=True):
        st.header("Backup", anchor=False)
        st.markdown(
            "A backup holds everybody's details: keep it as safe as the scheme itself, and delete old ones. People "
            "erased since then are still in it. To restore one, see the README."
        )
        name = f"coffee-{frame.today().isoformat()}.db"
        st.download_button(
            "Download a backup", frame.scheme().copied, name, "application/vnd.sqlite3", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip


def take_out() -> None:
    """Show downloads of all data, for a spreadsheet or another program."""
    with st.container(border=True):
        st.header("Take the data out", anchor=False)
        st.markdown("Each is a CSV file that opens in Excel.")
        with st.container(horizontal=True):
            for what in ("people", "matches", "messages", "answers"):
                name, table = f"{what}.csv", partial(exports.download, frame.scheme(), what, frame.now())
                st.download_button(
                    what.capitalize(), table, name, "text/csv", icon=":material/table:", on_click="ignore"
                )


def _checked(values: Values) -> Values:
    """Return the values to save. Raise SchemeError if the sender or reply address is not an address."""
    name, address = values.get("from", ("", ""))
    signed = {"from": named(name, _address(address)) if name or address else ""} if "from" in values else {}
    return values | signed | {"reply_to": _address(values["reply_to"]) if values["reply_to"] else ""}


def _put(saved: Values, values: Values, month: Month) -> None:
    """Save the changed values only, because others may have saved the rest since."""
    changed = {name: value for name, value in values.items() if (value or None) != (saved.get(name) or None)}
    with frame.scheme().writing() as db:
        for name, value in changed.items():
            settings.put(db, name, value)
        by_itself = automation.put(db, month)
    controls.give_up("")
    frame.say(f"Saved. {by_itself}".strip())
    st.rerun()


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        problem = f"“{text}” is not an email address. {error}" if text else "Your email address is missing."
        raise SchemeError(f"{problem} Nothing was saved.") from None


def _change_password(old: str, new: str) -> None:
    vault = frame.organisers().vault
    if vault.has_password() and not vault.matches(old):
        raise SchemeError("The current password is not right. The password was not changed.")
    if len(new) < SHORTEST:
        raise SchemeError(f"The new password is too short. Use at least {SHORTEST} characters.")
    frame.organisers().change_password(new, st.context.cookies)
    frame.say("The password is changed, and everybody else is signed out. Use it from the next sign-in on.")
    st.rerun()


@st.dialog("Sign out everybody", icon=":material/logout:")
def _sign_out_everybody() -> None:
    st.markdown("Every organiser is signed out on every device, you too.")
    if st.button("Sign out everybody", type="primary"):
        with frame.organisers().scheme.writing() as db:
            sign_ins.end_all(db)
        st.rerun()
