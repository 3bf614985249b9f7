"""Mentions of a person: found however they are typed, and never inside another word, name, address or number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.scheme.mentions import ERASED, Mentions

JO = Mentions(["Jo"], ["jo@x.example"], ["+44 1632 960999"])


@pytest.mark.parametrize(
    "text",
    [
        "Joint projects, Jolly, banjo and Jo2",
        "Mary-Jo and Jo-Ann and O'Jo",
        "jo@other.example, m.jo@x.example, jo@x.example.com, https://x.example/jo",
        "Jó\u0308rg",
        "301632960999, +33 1632 960999, 016329609991",
        "2026-03-03T01:63:29.609+09:99",
        "",
    ],
)
def test_another_word_name_address_or_number_stays(text: str) -> None:
    """A text that only begins or ends like a mention means somebody or something else."""
    assert JO.replaced(text) == text


@pytest.mark.parametrize("name", ["Jo", "JO", "jo", "Jó", "JO\u0301", "J\u00ado", "_Jo_", "“Jo”", "ex-Jo", "d'Jo"])
def test_a_name_is_found_in_any_case_with_or_without_accents(name: str) -> None:
    """Quotation marks, underscores and an apostrophe behind it are no part of a name."""
    for text in (name, f"I met {name}.", f"{name}'s idea", f"({name})"):
        replaced = JO.replaced(text)
        assert ERASED in replaced
        assert "j" not in replaced.casefold()


@pytest.mark.parametrize(
    "number",
    [
        "01632960999", "01632 960 999", "(01632) 960999", "0 1 6 3 2 9 6 0 9 9 9", "01632-960-999", "01632.960.999",
        "01632/960999", "01632\u00a0960\u2009999", "+441632960999", "+44 (0)1632 960999", "0044 1632 960999",
        "44 1632 960999", "1632 960999", "+44-1632-960-999", "０１６３２ ９６０９９９", "(+44) 1632 960 999",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_spaced(number: str) -> None:
    """With the country's code or without, and with other digits near it."""
    assert JO.replaced(f"Ring {number} 2pm, or 07700 900123") == f"Ring {ERASED} 2pm, or 07700 900123"


@pytest.mark.parametrize(
    ("name", "text", "without"),
    [
        ("Siân O'Brien", "sian o’brien, O'BRIEN, SIÂN; Sia\u0302n OBrien", "[erased], [erased]; [erased]"),
        ("Siân O'Brien", "<b>Siân O&#39;Brien</b>", "<b>[erased]</b>"),
        ("Siân O'Brien", "Siân O'Brien-Jones and Siânnon O'Brien", "Siân O'Brien-Jones and Siânnon O'Brien"),
        ("Anne-Marie Li", "anne marie li, Anne‑Marie Li", "[erased], [erased]"),
        ("Brien", "O'Brien, d'Brien", "O'Brien, d'[erased]"),
        ("李 明", "我和李明谈了。李 明, 行李", "我和[erased]谈了。[erased], 行李"),
        ("राम", "रामा राम", "रामा [erased]"),
        ("Groß", "GROSS grosser", "[erased] grosser"),
        ("Łukasz Żak", "lukasz zak", "[erased]"),
        ("Dr Jo Price (she/her)", "Jo Price, Price, Jo", "[erased], [erased]"),
        ("A.B*C+D", "A.B*C+D, aabbcd", "[erased], aabbcd"),
        ("=cmd()|calc", "=cmd()|calc", "=[erased]"),
        ("$NAME", "NAMES $NAME", "NAMES $[erased]"),
        ("???", "what??? ???", "what??? [erased]"),
        ("<b>", "plan b, <b>", "plan b, [erased]"),
        ("Will Young", "will young people come? WILL YOUNG", "will young people come? [erased]"),
    ],
)
def test_names_of_all_kinds(name: str, text: str, without: str) -> None:
    """Other scripts, hyphens, apostrophes, titles, signs, and both orders of the words."""
    assert Mentions([name]).replaced(text) == without


@pytest.mark.parametrize("name", ["Will", "May", "Mark"])
def test_an_ordinary_word_is_a_name_only_with_a_capital(name: str) -> None:
    """A question mark is no mark of Mark's, who may come."""
    text = "A question mark, which may or will help. {0} came, and {0}'s friend, and {1}."
    found = Mentions([name]).replaced(text.format(name, name.upper()))
    assert found == text.format(ERASED, ERASED)


def test_a_first_name_counts_only_where_asked_for() -> None:
    """In what was said about somebody's own matches; a title is none, and a surname alone is nobody's."""
    mentions, text = Mentions(["Dr Siân Price"]), "Dr and sian, at a price"
    assert mentions.replaced(text) == text
    assert mentions.replaced(text, first_name=True) == "Dr and [erased], at a price"


@pytest.mark.parametrize(
    ("name", "text", "without"),
    [
        ("Anne-Marie Li", "Anne-Marie and anne marie, not Anne", "[erased] and [erased], not Anne"),
        ("Price, Siân", "Sian set the price", "[erased] set the price"),
        ("Dr. Jo Lee (she/her)", "Jo was kind", "[erased] was kind"),
        ("Can Öz", "Can we? Yes we can", "[erased] we? Yes we can"),
    ],
)
def test_first_names_as_people_write_them(name: str, text: str, without: str) -> None:
    """With a hyphen, behind the surname, behind a title, and where it is also an ordinary word."""
    assert Mentions([name]).replaced(text, first_name=True) == without


@pytest.mark.parametrize("name", ["Jo", "Jo Price"])
def test_a_longer_name_of_somebody_else_stays(name: str) -> None:
    """Jo is not Jo Smith, nor Jo Price-Lee; a namesake's name cannot be told from hers."""
    mentions = Mentions([name], others=["Jo Smith", "Jo Price-Lee", "Jo Price", "Ann Lee"])
    text = "Jo Smith, SMITH Jo and jo price-lee met {}, by Jo Smith"
    assert mentions.replaced(text.format(name), first_name=True) == text.format(ERASED)


def test_a_letter_that_is_a_word_is_nobody() -> None:
    """Somebody whose name is kept as I or A is not looked for; J is, with a capital."""
    text = "I said: A plan, O reader. Y a i o"
    assert [Mentions([letter]).replaced(text) for letter in "AIOY"] == [text] * 4
    assert Mentions(["J"]).replaced("J was here, j") == "[erased] was here, j"


def test_a_whole_name_of_one_word_is_not_an_organisation() -> None:
    """Kent is a county; Siân Price may be her own firm."""
    assert Mentions(["Kent"]).replaced("Kent County Council", one_word=False) == "Kent County Council"
    assert Mentions(["Siân Price"]).replaced("Sian Price Ltd", one_word=False) == "[erased] Ltd"


NAMES = st.sampled_from(
    ["Jo", "Siân Price", "O'Brien", "Anne-Marie Li", "Will", "a.b*c", "Žofie Nováková", "Мария", "=cmd()", "राम"]
)
TEXT = st.lists(
    st.one_of(NAMES, st.text(max_size=4), st.sampled_from([" ", ", ", "'s", "-", "jo", "@x.example", "sian price"]))
).map("".join)


@given(name=NAMES, text=TEXT)
def test_no_letter_touches_what_was_replaced(name: str, text: str) -> None:
    """In any script that puts spaces between words, a replacement stands between what are no letters or digits."""
    for start, stop in Mentions([name]).spans(text, first_name=True):
        around = text[max(start - 1, 0) : start] + text[stop : stop + 1]
        assert not any(letter.isalnum() for letter in around)


@given(name=NAMES, text=TEXT)
def test_nothing_else_changes_and_nothing_is_left(name: str, text: str) -> None:
    """All that stands between mentions stays as it was typed, and what was replaced once is gone."""
    mentions = Mentions([name], ["zo@x.example"], ["+44 1632 960999"])
    spans, replaced = mentions.spans(text), mentions.replaced(text)
    gaps = zip([0, *(stop for _, stop in spans)], [*(start for start, _ in spans), len(text)], strict=True)
    assert replaced == ERASED.join(text[start:stop] for start, stop in gaps)
    assert mentions.replaced(replaced) == replaced


@given(text=st.text(alphabet=st.characters(blacklist_characters="jJoO", max_codepoint=0x24F)))
def test_text_without_a_mention_is_unchanged(text: str) -> None:
    """Text in which nobody of that name can occur stays unchanged."""
    plain = "".join(letter for letter in text if "j" not in letter.casefold())
    assert Mentions(["Jo"], ["jo@jo.example"]).replaced(plain) == plain


@given(name=NAMES, before=st.text(alphabet=" .,;(«\n"), after=st.text(alphabet=" .,;)»\n"))
def test_a_name_among_signs_is_always_found(name: str, before: str, after: str) -> None:
    """Whatever punctuation stands around it."""
    assert name not in Mentions([name]).replaced(f"{before}{name}{after}")
