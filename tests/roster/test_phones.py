"""Telephone numbers, as people type them and as spreadsheets spoil them."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.roster import phones
from coffee.roster.by_hand import checked
from coffee.roster.cells import Cell


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01632 960123", "+44 1632 960123"),
        ("(01632) 960-123", "+44 1632 960123"),
        ("1392382000", "+44 1392 382000"),
        ("441392382000", "+44 1392 382000"),
        ("07700 900123", "+44 7700 900123"),
        ("00 44 1632 960123", "+44 1632 960123"),
        ("+353 1 234 5678", "+353 1 234 5678"),
        ("'+44 1632 960123", "+44 1632 960123"),
        ("", ""),
    ],
)
def test_a_phone_number_becomes_international(typed: str, kept: str) -> None:
    """Numbers as people type them, and as Excel spoils them, are one number."""
    assert phones.phone(typed) == Cell(kept)


@pytest.mark.parametrize(
    "typed",
    [
        "ask the desk", "123", "01632 960123 / 07700 900456", "n/a", "0123", "01392 38", "tbc 123456",
        "reception 01392 382000", "01392 382000 (mornings)",
    ],
)  # fmt: skip
def test_a_phone_number_nobody_can_read_is_kept_as_typed_and_pointed_out(typed: str) -> None:
    """A phone number never keeps a person out."""
    cell = phones.phone(typed)
    assert (cell.value, cell.rejects) == (typed, False)
    assert "kept as typed" in cell.fault


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01632 960123 ext 12", "+44 1632 960123 x12"),
        ("01632 960123 x12", "+44 1632 960123 x12"),
        ("01632 960123 (Extn. 12)", "+44 1632 960123 x12"),
        ("01632960123, extension 12", "+44 1632 960123 x12"),
        ("+39 06 6982", "+39 06 6982"),
    ],
)
def test_extensions_and_the_zeros_of_italy_belong_to_a_number(typed: str, kept: str) -> None:
    """The mark of an extension is no stray word, and a zero that the country dials is no missing digit."""
    assert phones.phone(typed) == Cell(kept)


@pytest.mark.parametrize(
    ("number", "uri"),
    [
        ("+44 113 496 0000", "tel:+44-113-496-0000"),
        ("+44 1392 496000 x5", "tel:+44-1392-496000;ext=5"),
        ("ask the desk", ""),
        ("0113 496 0000", ""),
        ("+44 1392 382000 (mornings)", ""),
        ("+44 123", ""),
        ("(416) 555-0123", ""),
    ],
)
def test_a_number_is_dialled_as_the_standard_says(number: str, uri: str) -> None:
    """RFC 3966: the extension is a parameter of its own, and what has no country code is no number of the world."""
    assert phones.dialled(number) == uri


@pytest.mark.parametrize(
    "typed", ["(416) 555-0123", "416 555 0123", "(202) 555-0123", "1632960123", "7700900123", "353 1 234 5678"]
)
def test_a_number_of_nobody_knows_which_country_is_kept_as_typed(typed: str) -> None:
    """A number that fits Britain only by its length is pointed out, and no link calls a stranger."""
    cell = phones.phone(typed)
    assert (cell.value, cell.rejects, phones.dialled(cell.value)) == (typed, False, "")
    assert cell.fault.endswith("it is kept as typed")


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("(416) 555-0123", "US", "+1 416-555-0123"),  # one plan of numbers for both
        ("(416) 555-2671", "CA", "+1 416-555-2671"),
        ("(01) 234 5678", "IE", "+353 1 234 5678"),
        ("06 6982", "IT", "+39 06 6982"),
    ],
)
def test_the_country_is_that_of_the_scheme(typed: str, region: str, kept: str) -> None:
    """The same digits are another number elsewhere."""
    assert phones.phone(typed, region).value == kept


@pytest.mark.parametrize(
    "typed", ["4.41392E+11", "4,41392E+11", "4.41392e11", "441392000000", "#ERROR!", "#NAME?", "########"]
)
def test_a_number_that_a_spreadsheet_spoilt_is_left_out_and_pointed_out(typed: str) -> None:
    """Its digits are lost for good, so it is no number to keep; by hand neither does it wipe the one there is."""
    assert phones.phone(typed) == Cell(
        "", f"“{typed}” is a phone number that the spreadsheet has spoilt, so it is left out"
    )
    saved, remark = checked({"phone": typed, "role": "Clerk"})
    assert saved == {"role": "Clerk"}
    assert "left out" in remark


REGIONS = st.sampled_from(["GB", "IE", "US", "CA", "DE", "IT", "FR"])


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789+()- ./xE#"), max_size=18) | st.text(max_size=30), REGIONS, REGIONS)
def test_a_number_is_made_international_once(typed: str, region: str, elsewhere: str) -> None:
    """Whatever is typed, what is kept stays the same when it is read again, in any country once it has its own."""
    once = phones.phone(typed, region)
    assert phones.phone(once.value, region).value == once.value
    if phones.dialled(once.value):
        assert phones.phone(once.value, elsewhere) == Cell(once.value)


@settings(deadline=None)
@given(st.integers(10**8, 10**10 - 1), REGIONS)
def test_a_bare_number_becomes_one_of_this_country_only_where_it_is_valid(digits: int, region: str) -> None:
    """Digits that begin with neither a country code nor the country's own prefix prove nothing by their length."""
    trunk = phonenumbers.ndd_prefix_for_region(region, True)
    cell = phones.phone(str(digits), region)
    if cell.value.startswith("+") and not (trunk and str(digits).startswith(trunk)):
        code = phonenumbers.country_code_for_region(region)
        valid = phonenumbers.is_valid_number(phonenumbers.parse(cell.value))
        assert valid or str(digits).startswith(str(code))
