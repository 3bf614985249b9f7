"""Upload a roster: choose the file, see how it was understood, correct it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from coffee.dashboard import controls, frame
from coffee.dashboard.people import import_preview, imported, past_imports
from coffee.dashboard.people.everyone import Roll
from coffee.days.place import Place
from coffee.people.service import opened
from coffee.roster import (
    Field,
    Proposal,
    Roster,
    RosterError,
    Sheet,
    Table,
    left_out,
    likeliest,
    odd_date,
    propose,
    read,
    table,
)

KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods"]
BECOMES: Mapping[Field, str] = {
    "name": "Name", "first_name": "First name", "last_name": "Last name", "email": "Email",
    "organisation": "Organisation", "phone": "Phone", "chat_id": "Google, Skype or Teams ID", "role": "Role",
    "topics": "Topics", "language": "Language", "status": "Status", "paused_until": "Paused until",
    "shares": "What they share", "unsubscribed_at": "Unsubscribed at", "extra": "Keep as an extra column",
    "ignore": "Leave out",
}  # fmt: skip
_EXAMPLES, _ABREAST = 3, 4
_ORDERS = {True: "Day first: 05/06/2026 is 5 June", False: "Month first: 05/06/2026 is 6 May"}


@dataclass(frozen=True)
class Upload:
    """An uploaded file and the way to read it."""

    file_id: str
    name: str
    table: Table
    mapping: Mapping[int, Field]
    organisation: str
    place: Place
    day_first: bool

    @property
    def key(self) -> tuple[object, ...]:
        """A key that changes whenever the roster would be read differently."""
        return (
            self.file_id,
            self.table.sheet.name,
            tuple(self.mapping.items()),
            self.organisation,
            self.place,
            self.day_first,
        )


def show(roll: Roll) -> None:
    """Show the uploader, then columns and preview, or past imports."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        uploaded = controls.keyed(
            st.file_uploader,
            "Roster: one person on each line, with name, email and organisation",
            name=f"roster-{st.session_state.get('rosters', 0)}",
            type=KINDS,
            max_upload_size=20,
        )
    if uploaded is None:
        st.caption(
            "CSV or Excel, as it comes out of Excel, Google Forms or your HR system. Columns may have any order and "
            "wording. Nothing is saved before you confirm, and a blank cell never wipes what is known."
        )
        imported.show()
        past_imports.show()
        return
    imported.forget()
    with frame.sorry():
        upload = _understood(uploaded, roll)
        if upload:
            import_preview.show(upload.key, upload.name, _read(upload.key, upload))


def _understood(uploaded: UploadedFile, roll: Roll) -> Upload | None:
    """Return the upload, or None until the organiser has said how its dates are written."""
    sheets = _opened(uploaded.file_id, uploaded.getvalue(), uploaded.name)
    sheet = _sheet(sheets)
    found = _table(uploaded.file_id, sheet)
    proposal = propose(found.headers, [cells for _, cells in found.lines], roll.silo.one)
    st.caption(frame.plain(_how(found)))
    key, here = f"{uploaded.file_id}-{sheet.name}", frame.place()
    mapping, organisation = _columns(key, found, proposal, roll)
    day_first = _day_first(key, found, mapping, here)
    if day_first is None:
        return None
    return Upload(uploaded.file_id, uploaded.name, found, mapping, organisation, here, day_first)


def _day_first(key: str, found: Table, mapping: Mapping[int, Field], here: Place) -> bool | None:
    """Return whether the dates of this file have the day first: as people write here, or as the organiser says of a
    file with a date that contradicts it. None until they do."""
    odd = odd_date(found, mapping, here.day_first)
    if odd is None:
        return here.day_first
    line, text = odd
    return controls.one(
        st.radio,
        frame.plain(f"Line {line:,} has the date {text}. How are the dates in this file written?"),
        [here.day_first, not here.day_first],
        f"{key}-dates",
        stays="while it is shown",
        format_func=_ORDERS.__getitem__,
        help="Lines with a date that does not fit your answer are listed, and not imported.",
    )


def _sheet(sheets: list[Sheet]) -> Sheet:
    if len(sheets) == 1:
        return sheets[0]
    names = [sheet.name for sheet in sheets]
    chosen = st.selectbox("Sheet", names, index=names.index(likeliest(sheets).name), width=320)
    return sheets[names.index(chosen)]


def _how(found: Table) -> str:
    header = f"Header on line {found.header_line}" if found.header_line else "No header found"
    count = len(found.lines)
    filled = f"{count:,} filled {'line' if count == 1 else 'lines'}{' below it' if found.header_line else ''}"
    return f"Read as {found.sheet.how}. {header}; {filled}."


def _columns(key: str, found: Table, proposal: Proposal, roll: Roll) -> tuple[dict[int, Field], str]:
    keep_all = "ignore" in proposal.fields.values() and _keep_all(key, found, proposal)
    guessed = proposal.keeping_all if keep_all else proposal.fields
    key = f"{key}-all" if keep_all else key
    names = dict(BECOMES) | {"organisation": roll.silo.title}
    fields = set(guessed.values())
    complete = {"email", "organisation"} <= fields and bool({"name", "first_name", "last_name"} & fields)
    chosen = {i: st.session_state.get(controls.key(f"{key}-{i}"), field) for i, field in guessed.items()}
    understood = ", ".join(
        f"{names[field]} ← “{found.headers[i]}”" for i, field in chosen.items() if field not in ("extra", "ignore")
    )
    extra = list(chosen.values()).count("extra")
    kept = f"; {extra:,} more kept as {'it is' if extra == 1 else 'they are'}" if extra else ""
    label = f"Columns: {frame.plain(understood or 'none understood')}{kept}"
    with controls.keyed(st.expander, label, name=f"columns-{key}", expanded=not complete):
        mapping: dict[int, Field] = {}
        for i, header in enumerate(found.headers):
            if i % _ABREAST == 0:
                places = st.columns(_ABREAST)
            examples = [cells[i] for _, cells in found.lines if cells[i].strip()][:_EXAMPLES]
            mapping[i] = controls.keyed(
                places[i % _ABREAST].selectbox,
                frame.plain(header),
                list(names),
                name=f"{key}-{i}",
                index=list(names).index(guessed[i]),
                format_func=names.__getitem__,
                help=frame.plain(_why(proposal, i, examples)) or None,
            )
    for sentence in left_out(found.headers, mapping, proposal):
        st.caption(frame.plain(sentence))
    if "organisation" in mapping.values():
        return mapping, ""
    asked = f"No column names the {frame.plain(roll.silo.one)}. Everybody in this file is from"
    return mapping, st.text_input(asked, width=320) or ""


def _keep_all(key: str, found: Table, proposal: Proposal) -> bool:
    """Offer to keep every column that is left out and not sensitive."""
    kept = [found.headers[i] for i, field in proposal.keeping_all.items() if field == "extra"]
    if not kept:
        return False
    label = f"Keep the other {len(kept):,} columns as they are" if len(kept) > 1 else f"Keep “{kept[0]}” as it is"
    return bool(controls.keyed(st.checkbox, frame.plain(label), name=f"{key}-keep"))


def _why(proposal: Proposal, column: int, examples: list[str]) -> str:
    """Return why a column is read so, or left out, and examples of its cells."""
    because = proposal.because.get(column)
    sensitive = proposal.sensitive.get(column)
    reasons = [f"Chosen because {because}." if because else "", f"Left out: {sensitive}." if sensitive else ""]
    return " ".join(filter(None, [*reasons, "For example " + ", ".join(examples) if examples else ""]))


@st.cache_resource(max_entries=8, ttl=3600, show_spinner="Reading the spreadsheet …")
def _opened(file_id: str, _data: bytes, filename: str) -> list[Sheet]:
    del file_id
    return opened(_data, filename)


@st.cache_resource(max_entries=8, ttl=3600, show_spinner=False, hash_funcs={Sheet: lambda sheet: sheet.name})
def _table(file_id: str, sheet: Sheet) -> Table:
    del file_id
    found = table(sheet)
    if not found.lines:
        raise RosterError(f"“{sheet.name}” has a header but no people below it. Choose another sheet or file.")
    return found


@st.cache_resource(max_entries=8, ttl=3600, show_spinner="Checking every line …")
def _read(key: tuple[object, ...], _upload: Upload) -> Roster:
    del key
    return read(
        _upload.table,
        _upload.mapping,
        organisation=_upload.organisation,
        place=_upload.place,
        day_first=_upload.day_first,
    )
