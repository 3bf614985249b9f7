"""Texts that people wrote."""

import pandas as pd
import pytest

from coffee.insight.comments import matching, quote, selling, to_share, written


def answers() -> pd.DataFrame:
    rows = [
        (1, 1, 1, "Siân O'Brien", "Devon", "2026-03-01", "A story about bins", True, "Fine", None, None),
        (1, 1, 2, None, "Leeds", "2026-03-02", "Not for others", None, "  ", None, "They pitched a CRM"),
        (2, 3, 1, "Siân O'Brien", "Devon", "2026-03-03", None, None, None, "no time", None),
    ]
    names = [
        "round", "match", "person", "name", "organisation", "answered_at", "story", "story_may_be_shared", "comment",
        "why_not", "selling",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names).astype({"story_may_be_shared": "boolean"})


def test_all_that_was_written_is_there_newest_first() -> None:
    """Stories, comments and reasons; blanks and reports of selling are not among them."""
    assert written(answers())["text"].tolist() == ["no time", "Not for others", "A story about bins", "Fine"]


def test_only_stories_with_permission_may_be_shared() -> None:
    """Permission is for the story it was given with, not for the comment beside it."""
    texts = written(answers())
    assert texts.loc[texts["may_share"], "text"].tolist() == ["A story about bins"]


def test_selling_is_apart() -> None:
    """Reports of selling come by themselves."""
    assert selling(answers())["text"].tolist() == ["They pitched a CRM"]


def test_every_word_of_a_search_is_found_in_any_case() -> None:
    """Words may stand in the text, the name or the organisation, and regular expressions are plain text."""
    texts = written(answers())
    assert matching(texts, "BINS siân", [], None)["text"].tolist() == ["A story about bins"]
    assert matching(texts, "leeds", [], None)["text"].tolist() == ["Not for others"]
    assert matching(texts, "(", [], None).empty
    assert matching(texts, "", ["Comment"], None)["text"].tolist() == ["Fine"]
    assert matching(texts, "", [], "Leeds")["text"].tolist() == ["Not for others"]


@pytest.mark.parametrize("search", ["", "bins"])
def test_where_no_text_is_left_nothing_is_found_and_nothing_breaks(search: str) -> None:
    """No text of this kind is from there, so none is found, none may be shared, and the table is a table still."""
    texts = written(answers())
    found = matching(texts, search, ["Comment"], "Leeds")
    assert found.empty
    assert list(found) == list(to_share(found)) == list(texts)


def test_what_may_be_shared_and_what_was_chosen() -> None:
    """A choice does not make up for a permission that is missing."""
    texts = written(answers())
    assert to_share(texts)["text"].tolist() == ["A story about bins"]
    assert to_share(texts, {(1, 1), (1, 2)})["text"].tolist() == ["A story about bins"]
    assert to_share(texts, set()).empty
    assert to_share(texts[:0], {(1, 1)}).empty


def test_a_quote_names_who_said_it() -> None:
    """Line breaks become spaces; somebody erased is a participant."""
    assert quote("We met\nand talked", "Ann", "Leeds") == "“We met and talked”\n— Ann, Leeds"
    assert quote("Good", None, "Leeds").endswith("— A participant, Leeds")
