"""Tables in web pages, which some systems export under a spreadsheet's name, and in Excel's XML of 2003."""

from email import message_from_bytes, policy
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from coffee.roster.errors import RosterError

_EXCEL_2003 = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MOST_REPEATED = 16_384  # columns that Excel has


class _Tables(HTMLParser):
    """The rows of the tables in a page; a table within a cell is part of its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        match tag:
            case "table":
                self.tables.append([])
            case "tr" if self.tables:
                self.tables[-1].append([])
            case "td" | "th" if self.tables:
                self._end_cell()
                self._cell = []
                span = dict(attrs).get("colspan") or "1"
                self._span = min(int(span), _MOST_REPEATED) if span.isdecimal() else 1
            case "br" if self._cell is not None:
                self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Add text to the cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or not self.tables:
            return
        if not self.tables[-1]:
            self.tables[-1].append([])
        text = " ".join("".join(self._cell).split())
        self.tables[-1][-1] += [text, *[""] * (self._span - 1)]
        self._cell = None


def page_in_mhtml(data: bytes) -> str:
    """Return the page in a web archive (RFC 2557), '' when it has none."""
    for part in message_from_bytes(data, policy=policy.default).walk():
        if part.get_content_type() == "text/html":
            return str(part.get_content())
    return ""


def tables_in_page(page: str) -> list[list[list[str]]]:
    """Return the rows of each table in a page."""
    parser = _Tables()
    parser.feed(page)
    parser.close()
    return [rows for rows in parser.tables if any(map(any, rows))]


def sheets_in_xml(text: str, filename: str) -> list[tuple[str, list[list[str]]]] | None:
    """Return (name, rows) of the sheets in an Excel 2003 XML file; None when it is other XML. Raises RosterError."""
    if "urn:schemas-microsoft-com:office:spreadsheet" not in text:
        return None
    try:
        book = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise RosterError(f"{filename} is damaged. Open it in Excel, save it as XLSX, and use that.") from error
    return [
        (sheet.get(f"{_EXCEL_2003}Name", ""), [_cells(row) for row in sheet.iter(f"{_EXCEL_2003}Row")])
        for sheet in book.iter(f"{_EXCEL_2003}Worksheet")
    ]


def _cells(row: Element) -> list[str]:
    """Return a row's cells; one that follows empty ones says at which column it stands."""
    cells: list[str] = []
    for cell in row.iter(f"{_EXCEL_2003}Cell"):
        place = cell.get(f"{_EXCEL_2003}Index", "")
        if place.isdecimal() and int(place) <= _MOST_REPEATED:
            cells += [""] * (int(place) - 1 - len(cells))
        data = cell.find(f"{_EXCEL_2003}Data")
        cells.append("".join(data.itertext()) if data is not None else "")
    return cells
