"""Takeaways: the sentence beside each chart, worked out from the same numbers."""

import pandas as pd

from coffee.insight.feedback import FEWEST, OTHERS, met_bounds, met_rate
from coffee.insight.forecast import Forecast
from coffee.insight.rates import Rate, percentage
from coffee.silo import Silo


def of_scheme(silo: Silo, rounds: int, people: int, organisations: int, connections: int) -> str:
    """Where the whole scheme stands."""
    return (
        f"After {_count(rounds, 'round')}, {_count(people, 'person', 'people')} from "
        f"{silo.count(organisations)} have made {_count(connections, 'connection')} by meeting."
    )


def of_silo_map(silo: Silo, linked: Rate, introduced: Rate, shown: str | None = None) -> str:
    """How many pairs of silos have met; `shown` says which silos are drawn, when not all are."""
    if not linked.of:
        return f"Everybody is from one {silo.one}, so there are no pairs to link yet."
    drawn = f" Drawn are {shown}." if shown else ""
    if linked.count == linked.of:
        return f"All {linked.of:,} pairs of {silo.many} have been linked by people who met.{drawn}"
    if not linked.count:
        done = f"{introduced.count:,} {_have(introduced.count)} been introduced"
        return f"None of the {linked.of:,} pairs of {silo.many} has been linked yet; {done}.{drawn}"
    never = introduced.of - introduced.count
    rest = f"{never:,} {_have(never)} never been introduced." if never else "Every pair has been introduced."
    return f"{linked.words(f'pairs of {silo.many} have been linked')}. {rest}{drawn}"


def of_growth(growth: pd.DataFrame, what: str) -> str:
    """How far connections between `what` ('people' or 'organisations') have come."""
    last = growth.iloc[-1]
    met = Rate(int(last["met"]), int(last["introduced"]))
    so_far = f"After round {last['round']}, {met.words(f'introduced pairs of {what} have met')}"
    possible = Rate(met.count, int(last["possible"]))
    if possible.share is None:
        return f"{so_far}."
    return f"{so_far}. That is {percentage(possible.share)} of the {possible.of:,} possible."


def of_picture(ties: pd.DataFrame, number: int, alone: tuple[str, pd.DataFrame] | None = None) -> str:
    """How a round went, pair by pair; of one silo first when it is drawn `alone` (its name and its ties)."""
    if alone is None:
        return f"In round {number}, {_how_pairs_went(ties, 'pairs met')}."
    name, its = alone
    return (
        f"In round {number}, {_how_pairs_went(its, f'pairs with {name} met')}. In the whole round, "
        f"{_how_pairs_went(ties, 'pairs met')}."
    )


def _how_pairs_went(ties: pd.DataFrame, noun: str) -> str:
    met, silent, missed = (int((ties["met"] == how).sum()) for how in ("yes", "unknown", "no"))
    return f"{Rate(met, len(ties)).words(noun)}, {missed:,} did not, and of {silent:,} it is not known yet"


def of_reach(silo: Silo, reach: pd.DataFrame, shown: str | None = None) -> str:
    """Who reaches least and who furthest of those drawn, `reach` being in that order; `shown` says which they are."""
    if reach.empty or not reach["others"].iloc[0]:
        return f"There is one {silo.one} only, so there is nobody else to reach."
    drawn = f"Drawn are {shown}. " if shown else ""
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


def of_met(matches: pd.DataFrame) -> str:
    """How sure the met rate is, and what the silent ones could make of it."""
    rate = met_rate(matches)
    silent = len(matches) - rate.of
    if not rate.of:
        return f"{_silence(silent).capitalize()}."
    said = f"The true share of matches that meet is likely {_from_to(*rate.interval())}."
    if not silent:
        return said
    least, most = met_bounds(matches)
    bounds = _from_to(least.share or 0.0, most.share or 0.0)
    return f"{said} Counting the {silent:,} not known, it is {bounds} of all {len(matches):,}."


def of_response(rounds: pd.DataFrame) -> str:
    """In which round most answered, and in which fewest; `rounds` has round, answers, seats (people asked)."""
    asked = rounds[rounds["seats"] > 0]
    if asked.empty:
        return "Nobody has been asked yet."
    share = asked["answers"] / asked["seats"]
    most, least = asked.iloc[int(share.argmax())], asked.iloc[int(share.argmin())]
    if len(asked) == 1:
        return f"{_answered(most)} in round {most['round']}."
    if share.max() == share.min():
        return f"In each round {percentage(share.max())} of the people asked have answered."
    return f"Most in round {most['round']}: {_answered(most)}. Fewest in round {least['round']}: {_answered(least)}."


def _answered(rounds: pd.Series) -> str:
    return Rate(int(rounds["answers"]), int(rounds["seats"])).words("people asked have answered")


def of_ratings(ratings: pd.DataFrame) -> str:
    """How many found it useful: four or five of five."""
    every = int(ratings["answers"].sum())
    if not every:
        return "Nobody has rated a talk yet."
    good = Rate(int(ratings.loc[ratings["useful"] >= 4, "answers"].sum()), every)
    mean = (ratings["useful"] * ratings["answers"]).sum() / every
    return f"{good.words('ratings are 4 or 5 out of 5')}; the mean is {mean:.1f}."


def of_reasons(reasons: pd.DataFrame) -> str:
    """The commonest reason for not meeting."""
    if reasons.empty:
        return "Nobody has given a reason for not meeting."
    top = Rate(int(reasons["answers"][0]), int(reasons["answers"].sum()))
    return f"Most often: {reasons['reason'][0]}. {top.words('reasons given')}."


def of_standing(rounds: pd.DataFrame) -> str:
    """Where these rounds stand, or the one."""
    which = f"Round {rounds['round'].iloc[0]}" if len(rounds) == 1 else f"All {len(rounds):,} rounds"
    met, missed, matches, answers, seats = (
        int(rounds[name].sum()) for name in ("met", "not_met", "matches", "answers", "seats")
    )
    known = Rate(met, met + missed)
    met_words = known.words("matches of which we know have met") if known.of else _silence(matches)
    return f"{which}: {met_words}, and {Rate(answers, seats).words('people asked have answered')}."


def of_rounds(rates: pd.DataFrame) -> str:
    """Which rates have clearly changed between the first and the last round: their 95 % intervals do not overlap."""
    rounds = rates["group"].unique()
    if len(rounds) < 2:
        return "One round so far; with the next one you see what changes."
    changes = []
    for name in rates["rate"].unique()[1:]:  # who has answered goes on changing while a round is out
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
    """Which silos clearly meet more or less often than all together, and how many are `drawn`.

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
    enough = f"{silo.count(shown)} {_have(shown)} at least {FEWEST} answers"
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


def _silence(matches: int) -> str:
    return f"of {_count(matches, 'match', 'matches')} it is not known yet whether they met"


def of_outcomes(outcomes: pd.DataFrame) -> str:
    """What most people say came of it, and what fewest do."""
    if outcomes.empty:
        return f"No question has {FEWEST} answers yet."
    by_share = outcomes.sort_values("share", ascending=False, kind="stable")
    most, least = by_share.iloc[0], by_share.iloc[-1]
    said = f"Most often yes: {most['question']}, {Rate(int(most['yes']), int(most['answers'])).words('answers')}"
    if len(outcomes) == 1:
        return f"{said}."
    return (
        f"{said}. Least often: {least['question']}, {Rate(int(least['yes']), int(least['answers'])).words('answers')}."
    )


def of_funnel(funnel: pd.DataFrame) -> str:
    """How far people have come, and whom each step is counted from."""
    _, joined, drawn, met, answered = (Rate(people, of) for _, people, of, _ in funnel.itertuples(index=False))
    return (
        f"{joined.words('people invited or added have joined')}, and {drawn.words('of those were drawn')}. "
        f"{met.words('people drawn are known to have met')}; {answered.words('people drawn have answered')}."
    )


def of_disagreement(matches: pd.DataFrame) -> str | None:
    """Partners who say different things about having met, or None."""
    count = int(matches["disagree"].sum())
    if not count:
        return None
    return (
        f"In {count:,} {'match' if count == 1 else 'matches'} the partners disagree about having met. "
        f"{'It counts' if count == 1 else 'They count'} as met unless you say otherwise on the round's page."
    )


def of_forecast(forecast: Forecast, marks: tuple[float, ...], horizon: int) -> str:
    """What is linked now, rounds until each further share is, and until repeats are forced; how sure that is."""
    now = f"{percentage(float(forecast.shares[0, 0]))} of the pairs are linked now."
    ahead = [mark for mark in marks if forecast.rounds_until(mark)[1] != 0]
    parts = [f"{percentage(mark)} {_in_rounds(forecast.rounds_until(mark), horizon)}" for mark in ahead]
    if None in (found := [forecast.rounds_until(mark)[1] for mark in ahead]):
        parts = parts[: found.index(None) + 1]  # further marks come later still
    links = f" At the present rate it is {'; '.join(parts)}." if parts else ""
    repeats = forecast.rounds_until_repeats()[1]
    forced = (
        f"From {_count(repeats, 'round')} ahead on, repeats cannot be avoided."
        if repeats
        else f"Repeats can be avoided for at least {horizon} rounds."
    )
    return f"{now}{links} {forced}{_guess(forecast.known)}"


def _guess(known: int) -> str:
    """What to make of a forecast that rests on few answers."""
    if known >= FEWEST:
        return ""
    rests = f"of only {_count(known, 'match', 'matches')} is it" if known else "of no match is it"
    return f" So far {rests} known whether they met, so this is a guess."


def of_change(now: Forecast, then: Forecast, marks: tuple[float, ...], horizon: int) -> str:
    """What more people would change: when the first of `marks` not linked yet is, or else the share in the end."""
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
    """What one more draw could do about it: low, middling and high, by the forecast, and the `most` there are seats
    for. `preferred`: the draw prefers silos that have never been linked."""
    if not unlinked:
        return f"None: every {silo.one} has met every other one."
    low, middle, high = likely
    about = f"{middle:,}" if low == high else f"{middle:,} ({low:,} to {high:,})"
    how = (
        "Settings says to prefer such pairs, and the draw does."
        if preferred
        else "Settings does not say to prefer such pairs; a draw that does links more."
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
