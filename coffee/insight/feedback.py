"""Feedback: who met, who answered, and what they said, counted so that nobody can be singled out."""

from collections.abc import Mapping

import pandas as pd

from coffee.insight.rates import Rate

FEWEST = 5  # answers a group needs before it is shown by itself
OTHERS = "All others"


def by_match(history: pd.DataFrame) -> pd.DataFrame:
    """One row a match: round, match, met ('yes' | 'no' | 'unknown'), disagree."""
    return history.drop_duplicates("match")[["round", "match", "met", "disagree"]].reset_index(drop=True)


def met_rate(matches: pd.DataFrame) -> Rate:
    """Matches that met, of those of which it is known. Its interval is Wilson's."""
    return Rate(int((matches["met"] == "yes").sum()), int((matches["met"] != "unknown").sum()))


def met_bounds(matches: pd.DataFrame) -> tuple[Rate, Rate]:
    """Of all matches: those that met if none of the silent ones did, and if all of them did.

    Nothing is assumed of those who did not answer (Manski 1989's worst-case bounds).
    """
    met, silent, every = int((matches["met"] == "yes").sum()), int((matches["met"] == "unknown").sum()), len(matches)
    return Rate(met, every), Rate(met + silent, every)


def response(history: pd.DataFrame, said: pd.DataFrame) -> Rate:
    """Answers received, of the seats of `history`: each person is asked once about each match."""
    return Rate(int(_answered(history, said).sum()), len(history))


def _answered(history: pd.DataFrame, said: pd.DataFrame) -> "pd.Series[bool]":
    given = pd.MultiIndex.from_frame(said[["match", "person"]])
    asked = pd.MultiIndex.from_frame(history[["match", "person"]])
    return pd.Series(asked.isin(given), index=history.index)


def by_round(history: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """One row a round: round, matches = met + unknown + not_met, seats, answers, disagree (matches)."""
    matches = by_match(history)
    frame = pd.crosstab(matches["round"], matches["met"]).reindex(columns=["yes", "unknown", "no"], fill_value=0)
    frame = frame.set_axis(["met", "unknown", "not_met"], axis=1)
    frame.insert(0, "matches", frame.sum(axis=1))
    seats = history.assign(answered=_answered(history, said)).groupby("round")["answered"]
    frame["seats"], frame["answers"] = seats.size(), seats.sum()
    frame["disagree"] = matches.groupby("round")["disagree"].sum()
    return frame.rename_axis(columns=None).reset_index()


def by_organisation(history: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """One row an organisation: organisation, seats, answers, met (answers that say so), met_answers (that say yes or
    no), useful (mean of 1 … 5), useful_answers.

    Organisations with fewer than FEWEST answers are added up as `All others`; when that row would itself have fewer,
    the
    smallest organisation shown joins it, so that it cannot be had by subtraction (Statistics: secondary suppression,
    Willenborg & de Waal 2001).
    """
    asked = history.groupby("organisation", observed=True).size().rename("seats")
    told = said.assign(yes=said["met"] == "yes", settled=said["met"].isin(["yes", "no"]), rated=said["useful"].notna())
    sums = told.groupby("organisation", observed=True).agg(
        answers=("met", "size"),
        met=("yes", "sum"),
        met_answers=("settled", "sum"),
        useful=("useful", "sum"),
        useful_answers=("rated", "sum"),
    )
    frame = _suppressed(asked.to_frame().join(sums, how="left").fillna(0).reset_index())
    frame["useful"] = (frame["useful"] / frame["useful_answers"]).where(frame["useful_answers"] >= FEWEST)
    counts = ["seats", "answers", "met", "met_answers", "useful_answers"]
    return frame.astype(dict.fromkeys(counts, "int64"))


def _suppressed(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.sort_values(["answers", "organisation"], ascending=[False, True], ignore_index=True)
    shown = int((frame["answers"] >= FEWEST).sum())
    while shown and shown < len(frame) and frame["answers"][shown:].sum() < FEWEST:
        shown -= 1
    if shown == len(frame):
        return frame
    group = frame["organisation"].where(frame.index < shown, f"{OTHERS} ({len(frame) - shown})")
    return frame.drop(columns="organisation").groupby(group, sort=False).sum().reset_index()


def ratings(said: pd.DataFrame) -> pd.DataFrame:
    """How many answers gave each usefulness: useful (1 … 5), answers."""
    counts = said["useful"].value_counts().reindex(range(1, 6), fill_value=0)
    return counts.rename_axis("useful").rename("answers").reset_index()


def share_saying_yes(said: pd.DataFrame, question: str) -> Rate:
    """Answers that said yes to `question` (again, helped, conduit, knew_each_other), of those that said yes or no."""
    return Rate(int((said[question] == 1).sum()), int(said[question].notna().sum()))


def new_ties(said: pd.DataFrame) -> Rate:
    """Answers from people who met and did not know each other before, of those who met and said."""
    met = said[said["met"] == "yes"]
    knew = share_saying_yes(met, "knew_each_other")
    return Rate(knew.of - knew.count, knew.of)


def outcomes(said: pd.DataFrame, questions: Mapping[str, str]) -> pd.DataFrame:
    """One row a question (column name → wording) with FEWEST answers or more: question, yes, answers, share, low, high
    (Wilson's interval), words."""
    rates = {wording: share_saying_yes(said, column) for column, wording in questions.items()}
    rows = [
        {"question": wording, "yes": rate.count, "answers": rate.of, "share": rate.share}
        | dict(zip(("low", "high"), rate.interval(), strict=True))
        | {"words": rate.words("answers say yes")}
        for wording, rate in rates.items()
        if rate.of >= FEWEST
    ]
    return pd.DataFrame(rows, columns=["question", "yes", "answers", "share", "low", "high", "words"])


def conduits(said: pd.DataFrame) -> pd.DataFrame:
    """People who say they put others in touch: person, name, organisation (the latest), times; by name."""
    yes = said[said["conduit"].fillna(False).astype(bool)]
    found = yes.groupby("person", as_index=False).agg(
        name=("name", "last"), organisation=("organisation", "last"), times=("person", "size")
    )
    return found.fillna({"name": "Somebody erased"}).sort_values("name", ignore_index=True)


def reasons(said: pd.DataFrame) -> pd.DataFrame:
    """Why people have not met, in their own words: reason, answers; most given first. Case and spaces are evened
    out."""
    given = said.loc[said["met"] != "yes", "why_not"].dropna().str.split().str.join(" ")
    tidy = given.str.rstrip(".").str.capitalize()
    frame = tidy[tidy != ""].value_counts().rename_axis("reason").rename("answers").reset_index()
    return frame.sort_values(["answers", "reason"], ascending=[False, True], ignore_index=True)


def funnel(people: pd.DataFrame, history: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """People at each step: step, people. Each step counts only people who also took the steps before.

    `people` has one row a person known to the scheme: id, status. Invited: everybody who has not been erased;
    joined: confirmed; drawn: took part in a round; met: met in one at least; answered: and answered at least once.
    """
    invited = set(people.loc[people["status"] != "erased", "id"])
    joined = invited & set(people.loc[people["status"] != "unconfirmed", "id"])
    drawn = joined & set(history["person"])
    met = drawn & set(history.loc[history["met"] == "yes", "person"])
    answered = met & set(said["person"])
    steps = {"Invited": invited, "Joined": joined, "Drawn": drawn, "Met": met, "Answered": answered}
    return pd.DataFrame({"step": list(steps), "people": [len(who) for who in steps.values()]})
