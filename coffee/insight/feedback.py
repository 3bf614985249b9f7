"""Counts of meetings and answers that single nobody out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coffee.insight.arrays import Bools, Floats, Ints
from coffee.insight.rates import Rate
from coffee.insight.ties import pair_key

FEWEST = 5  # answers a group needs before it is shown by itself
OTHERS = "All others"
USEFUL = 4  # of 5, and above
SECOND = len("2016-01-01T00:00:00")
OPINIONS = ("Useful", "Would do it again", "New to each other", "Helped with work", "Put others in touch")
COUNTED = ("Answered", "Met", *OPINIONS)


def with_outcomes(answers: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Add to each answer the `outcome` of its match, which an organiser or a partner may have decided."""
    by_match = history.drop_duplicates("match").set_index("match")["met"]
    return answers.assign(outcome=answers["match"].map(by_match))


def enough(rate: Rate) -> bool:
    """Return whether a rate rests on enough answers to be shown."""
    return rate.of >= FEWEST


def _present(numbers: "pd.Series[int]") -> Ints:
    """Return the distinct numbers, ascending. They must be small, as ids are."""
    return np.flatnonzero(np.bincount(numbers.to_numpy(np.int64)))


def rates_by_round(rounds: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each round and rate, in order: group (the round's number, as text), rate, yes, of.

    `rounds` is from `figures.by_round`. Rates of what people say that were counted from fewer than FEWEST answers are
    not given (NA), see `_hidden`.
    """
    numbers = rounds["round"].to_numpy()
    counted = {"Answered": ("answered", "asked"), "Met": ("met", "matches")}
    counts = {name: [rounds[column].to_numpy() for column in both] for name, both in counted.items()}
    counts |= _counted(answers, np.searchsorted(numbers, answers["round"].to_numpy()), len(numbers))
    yes, of = (pd.DataFrame({name: both[n] for name, both in counts.items()}) for n in (0, 1))
    names = pd.Index(numbers.astype(str))
    return _long(yes.set_axis(names), of.set_axis(names), hidden=list(OPINIONS))


def rates_by_organisation(history: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the same for organisations, those with most answers first.

    Organisations with fewer than FEWEST answers are added up as the last row, `All others (4)`. Nothing is given
    where that is all there is.
    """
    asked, names = pd.factorize(history["organisation"], sort=True)
    codes, answering = pd.factorize(answers["organisation"])
    count = _distinct(asked, history["person"], history["answered"], len(names))
    order, few = np.argsort(-count, kind="stable"), _hidden(count)
    shown = order[~few[order]]
    if not len(shown):
        return _long(pd.DataFrame(columns=COUNTED), pd.DataFrame(columns=COUNTED), hidden=[])
    group = np.full(len(names), len(shown))
    group[shown] = np.arange(len(shown))
    labels = [*names[shown], *([f"{OTHERS} ({few.sum():,})"] if few.any() else [])]
    seats, size = group[asked], len(labels)
    everybody = np.ones(len(history), bool)
    counts = {
        name: [_distinct(seats, history[what], which, size) for which in (yes, everybody)]
        for name, what, yes in (("Answered", "person", history["answered"]), ("Met", "match", history["met"] == "yes"))
    } | _counted(answers, group[names.get_indexer(answering)[codes]], size)
    yes, of = (pd.DataFrame({name: both[n] for name, both in counts.items()}, index=labels) for n in (0, 1))
    enough_answered = yes["Answered"] >= FEWEST
    return _long(yes[enough_answered], of[enough_answered], hidden=["Met", *OPINIONS])


def _counted(answers: pd.DataFrame, group: Ints, size: int) -> dict[str, list[Ints]]:
    """Count, for each of OPINIONS and each of `size` groups, the answers that say yes, and all that say yes or no.

    `group` has the group of each answer.
    """
    return {
        name: [np.bincount(group[which], minlength=size) for which in both]
        for name, both in zip(OPINIONS, _opinions(answers), strict=True)
    }


def _distinct(groups: Ints, things: "pd.Series[int]", which: "pd.Series[bool] | Bools", size: int) -> Ints:
    """Count the different things in each of `size` groups, among the rows in `which`."""
    rows = np.asarray(which, bool)
    return np.bincount(pd.unique(pair_key(groups[rows], things.to_numpy()[rows])) >> 32, minlength=size)


def _opinions(answers: pd.DataFrame) -> list[tuple[Bools, Bools]]:
    """Return for each of OPINIONS two masks of the answers: those that say yes, and those that say yes or no."""
    useful, again, knew, helped, conduit = (
        _numbers(answers[name]) for name in ("useful", "again", "knew_each_other", "helped", "conduit")
    )
    strangers = np.where((answers["outcome"] == "yes").to_numpy(), 1 - knew, np.nan)
    rest = (again, strangers, helped, conduit)
    return [(useful >= USEFUL, ~np.isnan(useful)), *((answer == 1, ~np.isnan(answer)) for answer in rest)]


def _numbers(column: pd.Series) -> Floats:
    return column.to_numpy(np.float64, na_value=np.nan)


def _hidden(count: Ints) -> Bools:
    """Groups with fewer than FEWEST answers; and while these are fewer together, the smallest of the others too, so
    that they cannot be had by subtraction (secondary suppression, Willenborg & de Waal 2001). Those without any answer
    tell nothing.
    """
    order = np.argsort(-count, kind="stable")
    shown = int((count >= FEWEST).sum())
    while shown and 0 < count[order[shown:]].sum() < FEWEST:
        shown -= 1
    hidden = np.zeros(len(count), bool)
    hidden[order[shown:]] = True
    return hidden


def _long(yes: pd.DataFrame, of: pd.DataFrame, hidden: list[str]) -> pd.DataFrame:
    """Return both as one row for each group and rate, with small groups of the rates in `hidden` left out."""
    yes, of = yes.astype("Int64"), of.astype("Int64")
    for name in hidden:
        few = _hidden(of[name].to_numpy(np.int64))
        yes.loc[few, name] = of.loc[few, name] = pd.NA
    columns = list(yes.columns)
    return pd.DataFrame(
        {
            "group": np.repeat(np.asarray(yes.index, dtype=object), len(columns)),
            "rate": np.tile(np.asarray(columns, dtype=object), len(yes)),
            "yes": pd.array(yes.to_numpy(object).ravel(), "Int64"),
            "of": pd.array(of.to_numpy(object).ravel(), "Int64"),
        }
    )


def ratings(answers: pd.DataFrame) -> pd.DataFrame:
    """Count the answers by usefulness: useful (1 … 5), answers."""
    counts = answers["useful"].value_counts().reindex(range(1, 6), fill_value=0)
    return counts.rename_axis("useful").rename("answers").reset_index()


def useful(answers: pd.DataFrame) -> Rate:
    """Return the ratings of 4 or 5, of all ratings."""
    rated = _numbers(answers["useful"])
    return Rate(int((rated >= USEFUL).sum()), int((~np.isnan(rated)).sum()))


def share_saying_yes(answers: pd.DataFrame, question: str) -> Rate:
    """Answers that said yes to `question` (again, helped, conduit, knew_each_other), of those that said yes or no."""
    answer = _numbers(answers[question])
    return Rate(int((answer == 1).sum()), int((~np.isnan(answer)).sum()))


def new_ties(answers: pd.DataFrame) -> Rate:
    """Return the answers about matches that met, of people who did not know each other before, of those who said."""
    knew = _numbers(answers["knew_each_other"])[(answers["outcome"] == "yes").to_numpy()]
    return Rate(int((knew == 0).sum()), int((~np.isnan(knew)).sum()))


def outcomes(answers: pd.DataFrame, questions: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each question (column name → wording) with FEWEST answers or more: question, yes, answers,
    share, low, high (Wilson's interval), words."""
    rates = {wording: share_saying_yes(answers, column) for column, wording in questions.items()}
    rows = [
        {"question": wording, "yes": rate.count, "answers": rate.of, "share": rate.share}
        | dict(zip(("low", "high"), rate.interval(), strict=True))
        | {"words": rate.words("answers say yes")}
        for wording, rate in rates.items()
        if rate.of >= FEWEST
    ]
    return pd.DataFrame(rows, columns=["question", "yes", "answers", "share", "low", "high", "words"])


def conduits(answers: pd.DataFrame) -> pd.DataFrame:
    """People who say they put others in touch: person, name, organisation (the latest), times; by name."""
    yes = answers[answers["conduit"].fillna(False).astype(bool)]
    found = yes.groupby("person", as_index=False).agg(
        name=("name", "last"), organisation=("organisation", "last"), times=("person", "size")
    )
    return found.fillna({"name": "Somebody erased"}).sort_values("name", ignore_index=True)


def reasons(answers: pd.DataFrame) -> pd.DataFrame:
    """Count the reasons of matches that did not meet, in people's own words, most given first: reason, answers.

    Reasons that differ only in case and spaces count as one.
    """
    given = answers.loc[answers["outcome"] == "no", "why_not"].dropna().str.split().str.join(" ")
    tidy = given.str.rstrip(".").str.capitalize()
    frame = tidy[tidy != ""].value_counts().rename_axis("reason").rename("answers").reset_index()
    return frame.sort_values(["answers", "reason"], ascending=[False, True], ignore_index=True)


def disagreements(history: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each match whose partners disagree about having met: round, match, yes, no.

    `yes` and `no` name the people who say so, with their organisations. The latest round comes first.
    """
    both = pd.unique(history.loc[history["disagree"].to_numpy(bool), "match"])
    sides = answers[answers["match"].isin(both)]
    yes, no = (_who(sides[sides["met"] == met]) for met in ("yes", "no"))
    rounds = sides.groupby("match")["round"].first()
    frame = pd.concat([rounds.rename("round"), yes.rename("yes"), no.rename("no")], axis=1).rename_axis("match")
    frame = frame.reset_index()[["round", "match", "yes", "no"]]
    return frame.sort_values(["round", "match"], ascending=[False, True], ignore_index=True)


def _who(answers: pd.DataFrame) -> "pd.Series[str]":
    named = answers["name"].fillna("Somebody erased").astype("str") + ", " + answers["organisation"].astype("str")
    return named.groupby(answers["match"]).agg("; ".join)


def funnel(people: pd.DataFrame, guests: pd.DataFrame, history: pd.DataFrame, at: str | None = None) -> pd.DataFrame:
    """People at each step: step, people, of (how many they are counted from), counted (whom).

    Invited: in the scheme, or sent an invitation. Joined: of those, confirmed. Drawn: of those, in a match. Met and
    answered are both counted from those drawn: an answer may well say that they have not met.

    `people` has id, email, status, joined_at; `guests`, the letters of invitation, address (casefolded) and at;
    `history` is of the rounds that count. `at` is when the round went out; None counts
    all until today. Whoever was drawn had joined, also when they were erased since.
    """
    here = people if at is None else people[_by(people["joined_at"], at)]
    letters = guests if at is None else guests[_by(guests["at"], at)]
    person = history["person"]
    drawn, met, answered = (
        _present(seated) for seated in (person, person[history["met"] == "yes"], person[history["answered"]])
    )
    joined = len(np.union1d(here.loc[here["status"] != "unconfirmed", "id"], drawn))
    known = set(here["email"].str.casefold().tolist())
    elsewhere = sum(address not in known for address in letters["address"].tolist())
    invited = len(np.union1d(here["id"], drawn)) + elsewhere
    rows = [
        ("Invited", invited, invited, "in the scheme, or sent an invitation"),
        ("Joined", joined, invited, "invited"),
        ("Drawn", len(drawn), joined, "who joined"),
        ("Met", len(met), len(drawn), "drawn"),
        ("Answered", len(answered), len(drawn), "drawn"),
    ]
    return pd.DataFrame(rows, columns=["step", "people", "of", "counted"])


def _by(times: "pd.Series[str]", at: str) -> "pd.Series[bool]":
    """Return whether each time (ISO 8601 in UTC) is no later than `at`, to the second."""
    return times.str[:SECOND] <= at[:SECOND]
