"""The feedback form."""

import gzip
from random import Random
from typing import Any

import html5lib
import pytest

from coffee.scheme import answers
from coffee.scheme.answers import Answer
from tests.web.conftest import Pair, Site, named_faults

FULL = {
    "met": "yes",
    "knew_each_other": "no",
    "useful": "4",
    "helped": "yes",
    "conduit": "no",
    "again": "yes",
    "selling": "",
    "story": "We <shared> a form",
    "story_may_be_shared": "yes",
    "comment": "Tea, not coffee",
}

WORDS = ("why_not", "story", "selling", "comment")
HIDING = {"if-met", "unless-met"}  # what the style sheet hides by the first answer


def saved_answer(site: Site, pair: Pair, who: Any = None) -> Any:
    with site.scheme.reading() as db:
        return answers.get(db, pair.match_id, who or pair.ada)


def test_an_answer_lands_in_the_scheme(site: Site, pair: Pair) -> None:
    """Every field of the form is saved, and the next page says thank you."""
    link = site.link("feedback", pair.ada, pair.match_id)
    answer = site.browser.post(link, data=FULL)
    assert "Thank you" in answer.text
    assert saved_answer(site, pair) == Answer(
        "yes", None, False, 4, True, False, True, None, "We <shared> a form", True, "Tea, not coffee"
    )


def test_the_page_names_the_others(site: Site, pair: Pair) -> None:
    """Ada's page names Grace, never Ada."""
    page = site.browser.get(site.link("feedback", pair.ada, pair.match_id)).text
    assert "Grace Hopper" in page
    assert "Ada Lovelace" not in page


def test_an_answer_can_be_changed(site: Site, pair: Pair) -> None:
    """The form comes back with the saved answers, and saving again replaces them."""
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL)
    page = site.browser.get(link).text
    assert 'value="4" checked' in page
    assert "We &lt;shared&gt; a form</textarea>" in page
    site.browser.post(link, data=FULL | {"useful": "5"})
    assert saved_answer(site, pair).useful == 5


def test_saving_twice_is_saving_once(site: Site, pair: Pair) -> None:
    """A double click leaves one answer."""
    link = site.link("feedback", pair.ada, pair.match_id)
    for _ in range(2):
        assert site.browser.post(link, data=FULL).status_code == 200
    with site.scheme.reading() as db:
        assert db.table("answers").count == 1


def test_a_link_in_the_letter_ticks_but_does_not_save(site: Site, pair: Pair) -> None:
    """?met=no in a letter's link ticks the first answer, but only the button saves it."""
    link = site.link("feedback", pair.ada, pair.match_id)
    assert 'value="no" checked' in site.browser.get(f"{link}?met=no").text
    assert saved_answer(site, pair) is None


def test_a_link_in_the_letter_ticks_anew(site: Site, pair: Pair) -> None:
    """A link that says "we have met" ticks that over an earlier "not yet" and leaves the other answers."""
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL | {"met": "not yet"})
    page = site.browser.get(f"{link}?met=yes").text
    assert 'value="yes" checked' in page
    assert 'value="not yet" checked' not in page
    assert "Tea, not coffee</textarea>" in page
    assert 'value="not yet" checked' in site.browser.get(f"{link}?met=not%20yet").text
    assert saved_answer(site, pair).met == "not yet"


def test_whether_they_met_must_be_said(site: Site, pair: Pair) -> None:
    """Without the first answer nothing is saved, the summary says so, and the rest stays filled in."""
    link = site.link("feedback", pair.ada, pair.match_id)
    answer = site.browser.post(link, data=FULL | {"met": "perhaps"})
    assert answer.status_code == 422
    assert '<a href="#met">Select whether you have met</a>' in answer.text
    assert "Tea, not coffee</textarea>" in answer.text
    assert saved_answer(site, pair) is None


@pytest.mark.parametrize(("met", "useful", "helped"), [("yes", 4, True), ("not yet", None, None), ("no", None, None)])
def test_choices_about_a_talk_need_a_talk(
    site: Site, pair: Pair, met: str, useful: int | None, helped: bool | None
) -> None:
    """People who did not meet cannot rate the talk, whatever an older answer left in the form."""
    site.browser.post(site.link("feedback", pair.ada, pair.match_id), data=FULL | {"met": met})
    answer = saved_answer(site, pair)
    assert (answer.useful, answer.helped, answer.again) == (useful, helped, True)
    assert (answer.knew_each_other, answer.conduit) == ((False, False) if met == "yes" else (None, None))


@pytest.mark.parametrize("met", ["yes", "not yet", "no"])
def test_no_word_that_was_typed_is_lost(site: Site, pair: Pair, met: str) -> None:
    """Reasons, reports of selling, stories and consent to share them are saved whatever the first answer, and shown
    again.
    """
    typed = {"why_not": "A cold", "selling": "Mail about a CRM", "story": "We shared a form", "comment": "Tea"}
    link = site.link("feedback", pair.ada, pair.match_id)
    assert "Your answers are saved" in site.browser.post(link, data=FULL | typed | {"met": met}).text
    answer = saved_answer(site, pair)
    assert {name: getattr(answer, name) for name in typed} == typed
    assert answer.story_may_be_shared is True
    tree = html5lib.parse(site.browser.get(link).text, namespaceHTMLElements=False)
    assert {part.get("name"): part.text for part in tree.iter("textarea")} == typed


def test_selling_is_asked_whatever_the_first_answer_and_other_words_where_they_fit(site: Site, pair: Pair) -> None:
    """An empty form always asks about selling; for a story after a meeting, for a reason after none."""
    tree = html5lib.parse(
        site.browser.get(site.link("feedback", pair.ada, pair.match_id)).text, namespaceHTMLElements=False
    )
    under = {
        part.get("name"): block.get("class")
        for block in tree.iter("div")
        if block.get("class") in HIDING
        for part in block.iter("textarea")
    }
    assert under == {"why_not": "unless-met", "story": "if-met"}


def test_nonsense_in_choices_counts_as_not_said(site: Site, pair: Pair) -> None:
    """Values that no browser sends do not reach the scheme."""
    odd = {"useful": "6", "helped": "maybe", "conduit": "1", "again": "YES", "story_may_be_shared": "no"}
    site.browser.post(site.link("feedback", pair.ada, pair.match_id), data=FULL | odd)
    answer = saved_answer(site, pair)
    assert (answer.useful, answer.helped, answer.conduit, answer.again) == (None, None, None, None)
    assert answer.story_may_be_shared is False


def test_a_very_long_answer_comes_back_to_be_shortened(site: Site, pair: Pair) -> None:
    """2,000 characters fit. One more is pointed out, and nothing is cut off or lost."""
    link = site.link("feedback", pair.ada, pair.match_id)
    answer = site.browser.post(link, data=FULL | {"comment": "é" * 1001})
    assert answer.status_code == 422
    assert "é" * 1001 in answer.text
    site.browser.post(link, data=FULL | {"comment": "é" * 1000})
    assert saved_answer(site, pair).comment == "é" * 1000


@pytest.mark.parametrize("language", ["en", "cy"])
def test_what_is_too_long_is_named_as_the_page_names_it(site: Site, pair: Pair, language: str) -> None:
    """Each fault names its field by the field's label, in the page's order."""
    link = site.link("feedback", pair.ada, pair.match_id)
    long = dict.fromkeys(reversed(WORDS), "x" * 3499)
    answer = site.browser.post(f"{link}?lang={language}", data=FULL | long)
    assert named_faults(answer.text) == list(WORDS)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_full_form_stays_light(site: Site, pair: Pair, language: str) -> None:
    """Filled to its limits in English or Welsh, the page weighs less than 15 KB before compression."""
    prose = ("We talked about how each of us handles it, and I've put her in touch with our own team since. " * 12)[
        :1000
    ]
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL | dict.fromkeys(WORDS, prose))
    page = site.browser.get(f"{link}?lang={language}")
    assert page.text.count("I&#39;ve put her in touch with our own team since.") >= 40
    assert len(page.content) < 15_000


def test_a_full_form_fits_in_any_script(site: Site, pair: Pair) -> None:
    """Four fields of a thousand characters are saved, even if each takes twelve bytes to send."""
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL | dict.fromkeys(WORDS, "𐑒" * 1000))
    assert saved_answer(site, pair).selling == "𐑒" * 1000


def test_a_full_form_in_chinese_stays_light_on_its_way(site: Site, pair: Pair) -> None:
    """Filled to its limits in Chinese, the page weighs less than 15 KB after compression."""
    signs = Random(1)
    usual = [chr(sign) for sign in range(0x4E00, 0x4E00 + 2500)]  # as many as a newspaper uses, by Zipf's law
    often = [1 / rank for rank in range(1, 2501)]
    long = {name: "".join(signs.choices(usual, often, k=1000)) for name in WORDS}
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL | long)
    page = site.browser.get(link)
    assert long["comment"] in page.text
    assert len(gzip.compress(page.content)) < 15_000


def test_a_closed_round_is_closed(site: Site, pair: Pair) -> None:
    """The page says that the round is closed, keeps the earlier answers, and shows the new words so that they can be
    copied.
    """
    link = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(link, data=FULL)
    with site.scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'closed'")
    assert "This round is closed" in site.browser.get(link).text
    assert "not saved" not in site.browser.get(f"{link}?comment=Buy").text
    answer = site.browser.post(link, data=FULL | {"met": "no", "comment": "Typed <meanwhile>\nin two lines"})
    assert answer.status_code == 409
    assert "This round is closed" in answer.text
    assert "Typed &lt;meanwhile&gt;\nin two lines</dd>" in answer.text
    assert saved_answer(site, pair).met == "yes"


def test_a_replaced_match_is_not_called_a_closed_round(site: Site, pair: Pair) -> None:
    """The old link says that the match was replaced, shows the words typed, and changes nothing."""
    link = site.link("feedback", pair.ada, pair.match_id)
    with site.scheme.writing() as db:
        db.execute("UPDATE matches SET cancelled_at = ?", [site.now.isoformat()])
    looked, sent = site.browser.get(link), site.browser.post(link, data=FULL)
    assert (looked.status_code, sent.status_code) == (200, 409)
    for answer in (looked, sent):
        assert "This match was replaced" in answer.text
    assert "Tea, not coffee</dd>" in sent.text
    assert saved_answer(site, pair) is None


def test_both_answer_for_themselves(site: Site, pair: Pair) -> None:
    """Ada's link changes Ada's answers, and Grace's link changes Grace's."""
    site.browser.post(site.link("feedback", pair.ada, pair.match_id), data={"met": "yes"})
    site.browser.post(site.link("feedback", pair.grace, pair.match_id), data={"met": "no"})
    assert (saved_answer(site, pair).met, saved_answer(site, pair, pair.grace).met) == ("yes", "no")
