"""Upload a roster: choose the file, see how it was understood, correct it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
    Reading,
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
from coffee.roster.delimited import AS_IT_SEEMS, ENCODINGS, SEPARATORS

KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "vcf", "html", "htm", "mht", "mhtml", "xml", "numbers"]
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
    choices: "_Choices"

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
            self.choices,
        )


@dataclass(frozen=True)
class _Choices:
    """The organiser's choices on how a file is read; None goes by the file."""

    reading: Reading = AS_IT_SEEMS
    header_line: int | None = None
    with_hidden: bool = False
    turn_names: bool | None = None


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
    choices = _Choices(_reading(uploaded))
    sheet = _sheet(_opened(uploaded.file_id, uploaded.getvalue(), uploaded.name, choices.reading))
    choices = _header_and_hidden(uploaded.file_id, sheet, choices)
    found = _table(uploaded.file_id, sheet, choices)
    proposal = propose(found.headers, [cells for _, cells in found.lines], roll.silo.one)
    st.caption(frame.plain(_how(found)))
    key, here = f"{uploaded.file_id}-{sheet.name}-{found.header_line}", frame.place()
    mapping, organisation = _columns(key, found, proposal, roll)
    day_first = _day_first(key, found, mapping, here)
    if day_first is None:
        return None
    if proposal.surname_first and "name" in mapping.values():
        turned = controls.keyed(st.checkbox, "Turn names written “Lee, Ann” round", name=f"{key}-turn", value=True)
        choices = replace(choices, turn_names=bool(turned))
    return Upload(uploaded.file_id, uploaded.name, found, mapping, organisation, here, day_first, choices)


def _reading(uploaded: UploadedFile) -> Reading:
    """Offer the encoding and separator of a text file, with names as they are read."""
    sheet = _opened(uploaded.file_id, uploaded.getvalue(), uploaded.name, AS_IT_SEEMS)[0]
    if not sheet.encoding:
        return AS_IT_SEEMS
    encodings = list(dict.fromkeys([sheet.encoding, *ENCODINGS]))
    is_plain = sheet.encoding.startswith("utf")
    with controls.keyed(
        st.expander, "Encoding and separator", name=f"reading-{uploaded.file_id}", expanded=not is_plain
    ):
        with st.container(horizontal=True):
            encoding = controls.keyed(
                st.selectbox, "Encoding", encodings, name=f"encoding-{uploaded.file_id}", width=260,
                format_func=lambda name: ENCODINGS.get(name, name),
            )  # fmt: skip
            separator = controls.keyed(
                st.selectbox, "Separator", ["", *SEPARATORS], name=f"separator-{uploaded.file_id}", width=260,
                format_func=lambda sign: SEPARATORS.get(sign, "As the file has it").capitalize(),
            )  # fmt: skip
        reading = Reading("" if encoding == sheet.encoding else encoding, separator)
        rows = _opened(uploaded.file_id, uploaded.getvalue(), uploaded.name, reading)[0].rows
        accented = [cell for row in rows for cell in row if not cell.isascii()][:_EXAMPLES]
        if accented:
            st.caption(frame.plain(f"Names look like this: {', '.join(accented)}. Choose another encoding if not."))
    return reading


def _header_and_hidden(file_id: str, sheet: Sheet, choices: _Choices) -> _Choices:
    """Offer another line for the header, and hidden lines where there are some."""
    found = table(sheet)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        header_line = controls.keyed(
            st.number_input, "Header on line", name=f"header-{file_id}-{sheet.name}", min_value=0,
            max_value=len(sheet.rows), value=found.header_line or 0, width=160, help="0 when the file has no header.",
        )  # fmt: skip
        with_hidden = bool(sheet.hidden) and controls.keyed(
            st.checkbox, f"Read {len(sheet.hidden):,} hidden lines, too", name=f"hidden-{file_id}-{sheet.name}"
        )
    chosen = None if header_line == (found.header_line or 0) else int(header_line)
    return replace(choices, header_line=chosen, with_hidden=bool(with_hidden))


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
def _opened(file_id: str, _data: bytes, filename: str, reading: Reading) -> list[Sheet]:
    del file_id
    return opened(_data, filename, reading)


@st.cache_resource(max_entries=8, ttl=3600, show_spinner=False, hash_funcs={Sheet: lambda sheet: sheet.name})
def _table(file_id: str, sheet: Sheet, choices: _Choices) -> Table:
    del file_id
    found = table(sheet, choices.header_line, with_hidden=choices.with_hidden)
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
        turn_names=_upload.choices.turn_names,
    )
