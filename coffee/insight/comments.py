"""Texts that people wrote, searched, filtered and made into quotes."""

from collections.abc import Collection

import pandas as pd

from coffee.text.search import finds

KINDS = {"story": "Story", "comment": "Comment", "why_not": "Why not"}


def written(answers: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each text, newest first: round, match, person, name, organisation, kind, text, may_share,
    answered_at.

    `may_share` is true for stories whose writer allowed it. Reports of selling are left out: see `selling`.
    """
    parts = [_texts(answers, column, kind) for column, kind in KINDS.items()]
    return pd.concat(parts).sort_values("answered_at", ascending=False, kind="stable", ignore_index=True)


def selling(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the reports of selling, with the same columns. Only organisers may see them."""
    return _texts(answers, "selling", "Selling").reset_index(drop=True)


def _texts(answers: pd.DataFrame, column: str, kind: str) -> pd.DataFrame:
    rows = answers[answers[column].notna()]
    rows = rows[rows[column].str.strip() != ""]
    allowed = rows["story_may_be_shared"].fillna(False).astype(bool) if column == "story" else False
    names = ["round", "match", "person", "name", "organisation", "answered_at"]
    return rows[names].assign(kind=kind, text=rows[column].astype("str"), may_share=allowed)


def matching(texts: pd.DataFrame, search: str, kinds: list[str], organisation: str | None) -> pd.DataFrame:
    """Return the texts of these kinds and this organisation (None: any) with every word of `search`."""
    found = texts[texts["kind"].isin(kinds)] if kinds else texts
    if organisation is not None:
        found = found[found["organisation"] == organisation]
    return found[finds(search, found["text"] + " " + found["name"].fillna("") + " " + found["organisation"])]


def to_share(texts: pd.DataFrame, chosen: Collection[tuple[int, int]] | None = None) -> pd.DataFrame:
    """Return the texts that may be shared, and only those in `chosen`, a set of (match, person), if it is given."""
    found = texts[texts["may_share"]]
    if chosen is None:
        return found
    return found[[pair in chosen for pair in zip(found["match"], found["person"], strict=True)]]


def quote(text: str, name: str | None, organisation: str) -> str:
    """Return a story ready to paste: its words in quotation marks, then its writer."""
    return f"“{' '.join(text.split())}”\n— {name or 'A participant'}, {organisation}"
