"""Takeaways: the sentence beside each chart, made from the same numbers."""

import pandas as pd

from coffee.insight.feedback import FEWEST, OTHERS
from coffee.insight.figures import Outcomes
from coffee.insight.forecast import Forecast
from coffee.insight.rates import Rate, percentage
from coffee.insight.summary import Size
from coffee.text.silo import Silo

ANSWERED = "people asked have answered"


def of_scheme(silo: Silo, size: Size, still_here: int) -> str:
    """Return the size of the whole scheme. In `still_here` of its connections, both people still take part."""
    rounds, people, organisations, connections = size
    gone = f" In {still_here:,} of these pairs both people still take part." if still_here < connections else ""
    return (
        f"{_count(people, 'person', 'people')} from {silo.count(organisations)} {_have(people)} taken part in "
        f"{_count(rounds, 'round')}, and {_count(connections, 'pair')} of people {_have(connections)} met.{gone}"
    )


def of_silo_map(silo: Silo, linked: Rate, introduced: Rate, feasible: int, shown: str | None = None) -> str:
    """Return how many pairs of silos have met, and how many of them were `feasible` with the seats so far.

    `shown` describes the silos in the chart if it does not have all.
    """
    if not linked.of:
        return f"No two {silo.many} have had people in the same round, so there are no pairs to link yet."
    drawn = f" The chart shows {shown}." if shown else ""
    if feasible < linked.of:
        drawn = f" The seats so far could have linked at most {feasible:,}.{drawn}"
    if linked.count == linked.of:
        return f"All {linked.of:,} pairs of {silo.many} have been linked by people who met.{drawn}"
    if not linked.count:
        done = f"{introduced.count:,} {_have(introduced.count)} been introduced"
        return f"None of the {linked.of:,} pairs of {silo.many} has been linked yet; {done}.{drawn}"
    never = introduced.of - introduced.count
    rest = f"{never:,} {_have(never)} never been introduced." if never else "Every pair has been introduced."
    return f"{linked.words(f'pairs of {silo.many} have been linked')}. {rest}{drawn}"


def of_growth(growth: pd.DataFrame, what: str) -> str:
    """Return the connections between `what` ('people' or 'organisations') so far."""
    last = growth.iloc[-1]
    met = Rate(int(last["met"]), int(last["introduced"]))
    so_far = f"After round {last['round']}, {met.words(f'introduced pairs of {what} have met')}"
    possible = Rate(met.count, int(last["possible"]))
    if possible.share is None:
        return f"{so_far}."
    return f"{so_far}. That is {percentage(possible.share)} of the {possible.of:,} possible."


def of_picture(ties: pd.DataFrame, number: int, alone: tuple[str, pd.DataFrame] | None = None) -> str:
    """Return the outcomes of a round, first for the one silo in the chart if `alone` has its name and ties."""
    if alone is None:
        return f"In round {number}, {_outcomes(ties).words()}."
    name, its = alone
    return (
        f"In round {number}, {_outcomes(its).words(f'matches with {name}')}. In the whole round, "
        f"{_outcomes(ties).words()}."
    )


def _outcomes(ties: pd.DataFrame) -> Outcomes:
    """Count the outcomes of the matches that the ties belong to; a trio has three ties."""
    return Outcomes.of(ties.drop_duplicates("match")["met"])


def of_reach(silo: Silo, reach: pd.DataFrame, shown: str | None = None) -> str:
    """Return the silos that reach least and furthest. `reach` is in that order; `shown` describes its silos."""
    if reach.empty or not reach["others"].any():
        return f"No two {silo.many} have had people in the same round, so there is nobody else to reach."
    drawn = f"The chart shows {shown}. " if shown else ""
    least, most = reach.iloc[0], reach.iloc[-1]
    if not most["met"]:
        return f"{drawn}None of these {silo.count(len(reach))} has met another one yet."
    others = Rate(int(most["met"]), int(most["others"])).words("others")
    if least["met"] == most["met"]:
        return f"{drawn}Each of these {silo.count(len(reach))} has met {others}."
    nobody = int((reach["met"] == 0).sum())
    last = (
        f"{nobody:,} {_have(nobody)} met no other yet"
        if nobody
        else f"{least['organisation']} has met {least['met']:,}"
    )
    return f"{drawn}{most['organisation']} has met {others}; {last}."


def of_met(outcomes: Outcomes) -> str:
    """Return the range in which the met rate would lie if every outcome were known."""
    if not outcomes.unknown:
        return "The outcome of every match is known."
    unknown = Rate(outcomes.unknown, outcomes.matches).words("matches")
    return f"It is not known whether {unknown} met, so the share that met is {_from_to(*outcomes.bounds)}."


def of_response(rounds: pd.DataFrame) -> str:
    """Return the rounds in which most and fewest people answered; `rounds` has round, answered and asked (people)."""
    asked = rounds[rounds["asked"] > 0]
    if asked.empty:
        return "Nobody has been asked yet."
    share = asked["answered"] / asked["asked"]
    most, least = asked.iloc[int(share.argmax())], asked.iloc[int(share.argmin())]
    if len(asked) == 1:
        return f"{_answered(most)} in round {most['round']}."
    if share.max() == share.min():
        return f"In each round {percentage(share.max())} of the people asked have answered."
    return f"Most in round {most['round']}: {_answered(most)}. Fewest in round {least['round']}: {_answered(least)}."


def _answered(rounds: pd.Series) -> str:
    return Rate(int(rounds["answered"]), int(rounds["asked"])).words(ANSWERED)


def of_ratings(ratings: pd.DataFrame) -> str:
    """Return how many found it useful: four or five of five."""
    every = int(ratings["answers"].sum())
    if not every:
        return "Nobody has rated a talk yet."
    good = Rate(int(ratings.loc[ratings["useful"] >= 4, "answers"].sum()), every)
    mean = (ratings["useful"] * ratings["answers"]).sum() / every
    return f"{good.words('ratings are 4 or 5 out of 5')}; the mean is {mean:.1f}."


def of_reasons(reasons: pd.DataFrame) -> str:
    """Return the commonest reason for not meeting."""
    if reasons.empty:
        return "Nobody has given a reason for not meeting."
    top = Rate(int(reasons["answers"][0]), int(reasons["answers"].sum()))
    return f"Most often: {reasons['reason'][0]}. {top.words('reasons given')}."


def of_results(which: str, outcomes: Outcomes, response: Rate) -> str:
    """Return the outcomes and the response of a round or of all; `which` names them, as in 'Round 3'."""
    return f"{which}: {outcomes.words()}. {response.words(ANSWERED)}."


def of_rounds(rates: pd.DataFrame) -> str:
    """Return the rates that clearly changed from the first to the last round: their 95 % intervals do not overlap."""
    rounds = rates["group"].unique()
    if len(rounds) < 2:
        return "One round so far; with the next one you see what changes."
    changes = []
    for name in rates["rate"].unique()[2:]:  # who answered and which matches met go on changing while a round is out
        known = rates[(rates["rate"] == name) & (rates["of"].fillna(0) > 0)]
        first, last = (Rate(*map(int, known.iloc[at][["yes", "of"]])) for at in (0, -1)) if len(known) else (_NONE,) * 2
        if _apart(first.interval(), last.interval()):
            changes.append(f"{name}, from {percentage(first.share or 0.0)} to {percentage(last.share or 0.0)}")
    between = f"Between round {rounds[0]} and round {rounds[-1]}"
    if not changes:
        return f"{between} no rate has changed more than chance alone may explain."
    return f"{between} these have clearly changed: {'; '.join(changes)}."


_NONE = Rate(0, 0)


def of_organisations(silo: Silo, rates: pd.DataFrame, drawn: int) -> str:
    """Return the silos that clearly meet more or less often than all together, and how many are `drawn`.

    Their intervals leave out the common rate at 95 % for all of them at once (Bonferroni).
    """
    met = rates[(rates["rate"] == "Met") & rates["of"].notna()]
    named = met[~met["group"].str.startswith(OTHERS)]
    shown = int((~pd.Series(rates["group"].unique()).str.startswith(OTHERS)).sum())
    common = Rate(int(met["yes"].sum()), int(met["of"].sum())).share or 0.0
    sure = {
        group: Rate(yes, of).interval(1 - 0.05 / len(named))
        for group, yes, of in zip(named["group"], named["yes"], named["of"], strict=True)
    }
    more = [group for group, (low, _) in sure.items() if low > common]
    less = [group for group, (_, high) in sure.items() if high < common]
    enough = f"{silo.count(shown)} {_have(shown)} answers from at least {FEWEST} people"
    enough += f"; the {drawn:,} with most are drawn, and the table has all." if shown > drawn else "."
    return f"{enough} {_differ(more, less)}"


def _differ(more: list[str], less: list[str]) -> str:
    parts = [
        f"{_listed(who)} clearly {how} often than the rest" for who, how in ((more, "more"), (less, "less")) if who
    ]
    return f"Met: {'; '.join(parts)}." if parts else "None clearly meets more or less often than the rest."


def _listed(names: list[str], most: int = 3) -> str:
    shown = names if len(names) <= most else [*names[:most], f"{len(names) - most:,} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def of_outcomes(outcomes: pd.DataFrame) -> str:
    """Return the outcome that most people report, and the one that fewest do."""
    if outcomes.empty:
        return f"No question has {FEWEST} answers yet."
    by_share = outcomes.sort_values("share", ascending=False, kind="stable")
    most, least = by_share.iloc[0], by_share.iloc[-1]
    sentence = f"Most often yes: {_yes(most)}."
    return sentence if len(outcomes) == 1 else f"{sentence} Least often: {_yes(least)}."


def _yes(outcome: "pd.Series") -> str:
    rate = Rate(int(outcome["yes"]), int(outcome["answers"]))
    return f"{outcome['question']}, {rate.words('answers')}"


def of_funnel(funnel: pd.DataFrame) -> str:
    """Return the rate of each step from invitation to answer."""
    _, joined, drawn, met, answered = (Rate(people, of) for _, people, of, _ in funnel.itertuples(index=False))
    return (
        f"{joined.words('people invited or added have joined')}, and {drawn.words('of those were drawn')}. "
        f"{met.words('people drawn are known to have met')}; {answered.words('people drawn have answered')}."
    )


def of_disagreement(count: int) -> str | None:
    """Return the number of matches whose partners disagree about having met, or None if there are none."""
    if not count:
        return None
    return (
        f"In {count:,} {'match' if count == 1 else 'matches'} the partners disagree about having met. "
        f"{'It counts' if count == 1 else 'They count'} as met unless you say otherwise on the round's page."
    )


def of_forecast(silo: Silo, forecast: Forecast, marks: tuple[float, ...], horizon: int) -> str:
    """Return the share linked now, the rounds until each of `marks`, and the rounds until repeats are forced."""
    now = f"Of the pairs of {silo.many} that have people now, {percentage(float(forecast.shares[0, 0]))} are linked."
    ahead = [mark for mark in marks if forecast.rounds_until(mark)[1] != 0]
    parts = [f"{percentage(mark)} {_in_rounds(forecast.rounds_until(mark), horizon)}" for mark in ahead]
    if None in (found := [forecast.rounds_until(mark)[1] for mark in ahead]):
        parts = parts[: found.index(None) + 1]  # further marks come later still
    links = f" At the present rate: {'; '.join(parts)}." if parts else ""
    return f"{now}{links} {_of_repeats(forecast, horizon)}{_guess(forecast.known)}"


def _of_repeats(forecast: Forecast, horizon: int) -> str:
    """Return in how many simulations repeats became unavoidable: a forecast is not a fact, even when all agree."""
    forced = forecast.repeats_forced
    if not forced.count:
        return f"None of the {_count(forced.of, 'simulation')} needs a repeat within {horizon} rounds."
    needed = (
        f"{forced.count:,} of {_count(forced.of, 'simulation')} {'needs' if forced.count == 1 else 'need'} a repeat"
    )
    middle = forecast.rounds_until_repeats()[1]
    half = f", half of all within {_count(middle, 'round')}" if middle else ""
    return f"{needed} within {horizon} rounds{half}."


def _guess(known: int) -> str:
    """Return a caution if the forecast rests on few answers."""
    if known >= FEWEST:
        return ""
    rests = f"the outcome of only {_count(known, 'match', 'matches')}" if known else "no outcome"
    return f" So far {rests} is known, so this is a guess."


def of_change(now: Forecast, then: Forecast, marks: tuple[float, ...], horizon: int) -> str:
    """Return the effect of more people on the first of `marks` still ahead, or else on the final share."""
    mark = next((mark for mark in marks if now.rounds_until(mark)[1] != 0), None)
    if mark is None or now.rounds_until(mark)[1] is then.rounds_until(mark)[1] is None:
        before, after = (percentage(float(one.band()["middle"].iloc[-1])) for one in (now, then))
        same = before == after
        return f"{after} of the pairs are linked after {horizon} rounds, {_instead(before, same)}."
    before, after = (_in_rounds(one.rounds_until(mark), horizon) for one in (now, then))
    return f"{percentage(mark)} of the pairs are linked {after}, {_instead(before, before == after)}."


def _instead(before: str, same: bool) -> str:
    return "as without them" if same else f"instead of {before}"


def _in_rounds(rounds: tuple[int | None, int | None, int | None], horizon: int) -> str:
    early, middle, late = rounds
    if middle == 0:
        return "already"
    if middle is None:
        return f"not within {horizon} rounds"
    about = f"in about {_count(middle, 'round')}"
    return about if early == late else f"{about} ({early} to {late or f'over {horizon}'})"


def of_never_linked(silo: Silo, unlinked: int, most: int, likely: tuple[int, int, int], preferred: bool) -> str:
    """Return how many unlinked pairs the next draw could link: `likely` (low, middle, high) and at `most`.

    `preferred` says that the draw prefers silos that have never been linked."""
    if not unlinked:
        return f"None: every {silo.one} has met every other one."
    low, middle, high = likely
    about = f"{middle:,}" if low == high else f"{middle:,} ({low:,} to {high:,})"
    how = (
        "The draw prefers such pairs, as Settings says."
        if preferred
        else "Settings can prefer such pairs, and a draw then links more."
    )
    return (
        f"{_count(unlinked, 'pair')} of {silo.many} that have people now {_have(unlinked)} never met. The next round "
        f"is likely to link about {about} of them; there are seats for at most {most:,}. {how}"
    )


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _from_to(low: float, high: float) -> str:
    return f"between {percentage(low)} and {percentage(high)}"
