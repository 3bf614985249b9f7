"""One truth for each number: pages, report, letters and the command show the same, counted by hand from the tables."""

import email.policy
import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import combinations, pairwise
from math import comb
from statistics import mean
from typing import Any, NamedTuple

import lxml.html
import networkx as nx
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from coffee.automation import organiser_letters as to_organiser
from coffee.automation.schedule import Plan
from coffee.cli.main import main
from coffee.dashboard.charts.figures import read as read_figures
from coffee.dashboard.connections.report import report
from coffee.figures import figures_of
from coffee.insight.letters import Letters
from coffee.mail.letters.letter import Office
from coffee.mail.letters.news import letters_of_news
from coffee.people import organisations, service
from coffee.scheme import Scheme, messages

Page = Callable[..., AppTest]
OFFICE = Office("https://coffee.example", "Ann Lee", "ann@devon.example", "Coffee trial")
ROUNDS, OPEN, DRAFT = 12, 12, 13
SAYS = ["yes", "yes", "yes", "no", "not yet", None, None]
STATES = ["sent"] * 12 + ["failed", "in doubt", "cancelled", "waiting"]


@pytest.fixture
def past(scheme: Scheme, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Scheme:
    """Twelve rounds and a draft: movers, leavers, erased people, trios, replaced matches, people who sat out, rulings,
    "not yet", disagreements, and letters in every state."""
    monkeypatch.setenv("COFFEE_SCHEME", str(scheme.path))
    monkeypatch.setenv("COFFEE_SMTP_URL", "smtp://127.0.0.1:9")
    chance = random.Random(2026)
    with scheme.writing() as db:
        _add_people(db, now)
        for number in range(1, DRAFT + 1):
            _add_round(db, number, now, chance)
        db.table("settings").insert({"name": "from", "value": json.dumps("Ann Lee <ann@devon.example>")})
        db.table("settings").insert({"name": "letters_paused", "value": "true"})
    return scheme


def silo(person: int, number: int) -> str:
    """Return a person's organisation in a round: some move, Gone is gone after round 3, and New comes with round 8."""
    if person % 9 == 0:
        return "Gone" if number <= 3 else "Kent"
    if person % 7 == 0:
        return "New" if number >= 8 else "Leeds"
    return ["Devon", "Kent", "Leeds", "York", "Bath"][(person + (number // 5 if person % 4 == 0 else 0)) % 5]


def _add_people(db: Any, now: datetime) -> None:
    status = {3: "left", 6: "left", 11: "erased", 14: "paused", 15: "paused", 41: "unconfirmed"}
    until = {14: "2099-01-01", 15: "2020-01-01"}
    for person in range(1, 42):
        mail = f"p{person}@example.org"
        known = {"identity": mail, "email": mail, "name": f"Person {person}"}
        row = {"id": person, "organisation": silo(person, DRAFT), "status": status.get(person, "active")}
        row |= {"paused_until": until.get(person), "joined_at": now.isoformat()}
        db.table("people").insert(row | (known if status.get(person) != "erased" else {}))


def _add_round(db: Any, number: int, now: datetime, chance: random.Random) -> None:
    state = "draft" if number == DRAFT else "published" if number == OPEN else "closed"
    here = chance.sample([person for person in range(1, 41) if (person + number) % 11], k=31 + number % 3)
    odd = here.pop() if len(here) % 2 and number % 2 else None
    at = now.isoformat()
    row = {"id": number, "number": number, "state": state, "seed": 1, "drawn_at": at}
    row |= {"published_at": None if state == "draft" else at, "closed_at": at if state == "closed" else None}
    db.table("rounds").insert(row | {"certificate": json.dumps({"sits_out": odd})})
    pairs = [here[n : n + 2] for n in range(0, len(here) - len(here) % 2, 2)]
    if len(here) % 2:
        pairs[-1].append(here[-1])
    if state == "published" or number % 4 == 0:
        for one, other in pairwise(pairs[:4]):
            _add_match(db, number, one, now, chance, cancelled_at=at)
            one[0], other[0] = other[0], one[0]
    for match in pairs:
        _add_match(db, number, match, now, chance)


def _add_match(db: Any, number: int, people: list[int], now: datetime, chance: random.Random, **more: Any) -> None:
    ruling = chance.choice(["yes", "no"]) if number < DRAFT and chance.random() < 0.1 else None
    match = db.table("matches").insert({"round_id": number, "met_says_organiser": ruling} | more).last_pk
    for position, person in enumerate(people, 1):
        seat = {"match_id": match, "person_id": person, "position": position, "organisation": silo(person, number)}
        db.table("seats").insert(seat)
        said = chance.choice(SAYS) if number < DRAFT else None
        if said:
            taste = random.Random(100 * match + person)
            opinions: dict[str, Any] = {
                name: taste.choice([True, False, None]) for name in ("knew_each_other", "again", "conduit")
            }
            opinions |= {"useful": taste.choice([1, 3, 4, 5, None])} if said == "yes" else {}
            row = {"match_id": match, "person_id": person, "met": said, "answered_at": now.isoformat()}
            db.table("answers").insert(row | opinions)
        if number < DRAFT and person != 11:
            state, key = chance.choice(STATES), f"introduction:{match}:{person}"
            row = {"key": key, "kind": "introduction", "round_id": number, "match_id": match, "person_id": person}
            row |= {"recipient": f"p{person}@example.org", "subject": "Meet", "message_id": f"<{key}@x>"}
            row |= {"state": state, "queued_at": now.isoformat(), "due_at": "2099-01-01", "letter": b"Subject: Meet"}
            db.table("messages").insert(row)


class Counted(NamedTuple):
    """The keys of `figures`, counted with plain Python and networkx from the tables."""

    rounds: dict[int, dict[str, int]]
    every: dict[str, Any]


def by_hand(scheme: Scheme) -> Counted:
    """Walk over the tables, round by round, in the order of time."""
    db = sqlite3.connect(scheme.path)
    introduced: set[tuple[int, int]] = set()
    met_pairs, silo_pairs, silo_introduced, possible = set(), set(), set(), set()
    people_possible: set[tuple[int, int]] = set()
    seated: set[int] = set()
    heard_from: set[int] = set()
    for_whom: set[str] = set()
    across: list[int] = []
    chances: list[float] = []
    seat_ends: Counter[str] = Counter()
    rounds: dict[int, dict[str, int]] = {}
    query = "SELECT id, number, state, json_extract(certificate, '$.sits_out') FROM rounds WHERE state != 'draft'"
    for round_id, number, state, odd in db.execute(f"{query} ORDER BY number"):
        found: Counter[str] = Counter()
        before = set(introduced)
        asked: set[int] = set()
        answered: set[int] = set()
        silos: set[str] = set()
        of_person: dict[int, str] = {}
        new_meetings = 0
        matches = "SELECT id, met_says_organiser FROM matches WHERE round_id = ? AND cancelled_at IS NULL"
        for match, ruling in db.execute(matches, [round_id]):
            seats = dict(db.execute("SELECT person_id, organisation FROM seats WHERE match_id = ?", [match]))
            said = dict(db.execute("SELECT person_id, met FROM answers WHERE match_id = ?", [match]))
            closed_no = state == "closed" and "not yet" in said.values()
            heard = "yes" if "yes" in said.values() else "no" if "no" in said.values() or closed_no else "unknown"
            outcome = ruling or heard
            found["matches"] += 1
            found[{"yes": "met", "no": "did_not_meet", "unknown": "unknown"}[outcome]] += 1
            asked |= seats.keys()
            answered |= seats.keys() & said.keys()
            silos |= set(seats.values())
            of_person = seats | of_person
            for_whom |= set(seats.values())
            for pair in combinations(sorted(seats), 2):
                one, other = seats[pair[0]], seats[pair[1]]
                found["repeats"] += pair in before
                found["same_silo"] += one == other
                introduced.add(pair)
                seat_ends += Counter((one, other))
                silo_introduced |= {frozenset((one, other))} if one != other else set()
                if outcome == "yes":
                    if pair not in met_pairs:
                        new_meetings += 1
                        across.append(one != other)
                    met_pairs.add(pair)
                    silo_pairs |= {frozenset((one, other))} if one != other else set()
        possible |= set(map(frozenset, combinations(silos, 2)))
        people_possible |= set(combinations(sorted(of_person), 2))
        seated, heard_from = seated | asked, heard_from | answered
        here = [*of_person.values()]
        chances += [sum(one != other for one, other in combinations(here, 2)) / comb(len(here), 2)] * new_meetings
        found |= Counter(asked=len(asked), answered=len(answered), sat_out=int(odd is not None and odd not in asked))
        names = ("matches", "met", "did_not_meet", "unknown", "asked", "answered", "repeats", "same_silo", "sat_out")
        rounds[number] = {"round": number} | {name: found[name] for name in names}
        rounds[number] |= _so_far("pairs", introduced, met_pairs, people_possible)
        rounds[number] |= _so_far("silo_pairs", silo_introduced, silo_pairs, possible)
    still = {row[0] for row in db.execute("SELECT id FROM people WHERE status IN ('active', 'paused')")}
    graph = nx.Graph(met_pairs)
    graph.add_nodes_from(seated)
    others = {silo: sum(silo in pair for pair in possible) for silo in for_whom}
    every: dict[str, Any] = {
        name: sum(row[name] for row in rounds.values()) for name in ("met", "did_not_meet", "unknown")
    }
    every |= {
        "people": len(still), "took_part": len(seated), "organisations": len(for_whom), "asked": len(seated),
        "answered": len(heard_from), "pairs_introduced": len(introduced), "pairs_met": len(met_pairs),
        "pairs_met_still_here": sum(still >= set(pair) for pair in met_pairs),
        "silo_pairs_introduced": len(silo_introduced), "silo_pairs_met": len(silo_pairs),
        "silo_pairs_feasible": sum(min(seat_ends[silo], others[silo]) for silo in for_whom) // 2,
        "silo_pairs_possible": len(possible), "people_reached": len({one for pair in met_pairs for one in pair}),
        "largest_network": max(map(len, nx.connected_components(graph))),
        "global_efficiency": pytest.approx(nx.global_efficiency(graph)),
        "ei_index": _index(across), "ei_index_by_chance": _index(chances),
    }  # fmt: skip
    every |= _opinions(db)
    db.close()
    return Counted(rounds, every)


def _index(across: list[Any]) -> Any:
    """The E–I index of shares that are across."""
    return pytest.approx(2 * mean(across) - 1) if across else None


def _so_far(pairs: str, introduced: set[Any], met: set[Any], possible: set[Any]) -> dict[str, int]:
    counts = {"introduced": introduced, "met": met, "possible": possible}
    return {f"{pairs}_{name}_so_far": len(found) for name, found in counts.items()}


def _opinions(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Answers in matches that were not replaced; the new ties in those that met."""
    answers = (
        "FROM answers a JOIN matches m ON m.id = a.match_id JOIN rounds r ON r.id = m.round_id "
        "WHERE m.cancelled_at IS NULL AND r.state != 'draft'"
    )
    yes = "SELECT 'yes' FROM answers b WHERE b.match_id = m.id AND b.met = 'yes'"
    met = f"coalesce(m.met_says_organiser, ({yes})) = 'yes'"
    asked = {
        "useful": f"SELECT total(useful >= 4), count(useful) {answers}",
        "new_to_each_other": f"SELECT total(NOT knew_each_other), count(knew_each_other) {answers} AND {met}",
        **{name: f"SELECT total({name}), count({name}) {answers}" for name in ("again", "helped", "conduit")},
    }
    found = {name: db.execute(query).fetchone() for name, query in asked.items()}
    return {name: {"count": int(yes), "of": of} for name, (yes, of) in found.items()}


def command(*arguments: str) -> dict[str, Any]:
    """The JSON of the command `figures`."""
    result = CliRunner().invoke(main, ["figures", *arguments])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def text(page: AppTest) -> str:
    """Return all words on a page, as they are read."""
    assert not page.exception
    blocks = [*page.title, *page.header, *page.markdown, *page.info, *page.warning, *page.caption]
    return "\n".join(block.value.replace("\\", "") for block in blocks)


def tiles(page: AppTest) -> dict[str, str]:
    """Each figure of a page with what it was counted from: '18 of 30 matches'."""
    return {metric.label.replace("\\", ""): f"{metric.value} {metric.delta}" for metric in page.metric}


def outcome_words(found: dict[str, int]) -> str:
    """Matches met and not met, as every page is to say it; the share is left out."""
    return f"{found['met']} of {found['matches']} matches met"


def test_the_past_has_everything_that_numbers_once_disagreed_about(past: Scheme) -> None:
    """The comparison below means something: nothing that is hard to count is missing from the scheme."""
    found = by_hand(past)
    for name in ("met", "did_not_meet", "unknown", "repeats", "same_silo", "sat_out"):
        assert sum(row[name] for row in found.rounds.values()), name
    assert all(row["matches"] == row["met"] + row["did_not_meet"] + row["unknown"] for row in found.rounds.values())
    assert found.every["silo_pairs_possible"] < 21, "Gone and New were never in one round"
    assert found.every["silo_pairs_met"] < found.every["silo_pairs_possible"]
    with past.reading() as db:
        assert db.execute("SELECT count(*) FROM matches WHERE cancelled_at IS NOT NULL").fetchone()[0]
        assert {row[0] for row in db.execute("SELECT DISTINCT state FROM messages")} >= set(STATES)


def test_the_command_counts_as_one_does_by_hand(past: Scheme) -> None:
    """Every key is what a walk over the tables finds; a draft is not among the rounds, and --round leaves one."""
    found = agreed(past)
    (alone,) = command("--round", "5")["rounds"]
    assert alone == found["rounds"][4]
    refused = CliRunner().invoke(main, ["figures", "--round", str(DRAFT)])
    assert refused.exit_code == 1
    assert "Round 13 is not out" in refused.output


def agreed(scheme: Scheme) -> dict[str, Any]:
    """Compare the command with a walk over the tables; return what it prints."""
    expected, found = by_hand(scheme), command()
    assert found["all"] == expected.every
    assert [{name: row[name] for name in expected.rounds[1]} for row in found["rounds"]] == [*expected.rounds.values()]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda past: organisations.merge(past, ["York", "Bath"], "York"),
        lambda past: organisations.merge(past, ["Bath", "Devon", "Gone", "Kent", "Leeds", "New", "York"], "Kent"),
        lambda past: service.erase(past, [1, 2, 9, 14, 28]),
        lambda past: _write(past, "DELETE FROM answers", "UPDATE matches SET met_says_organiser = NULL"),
        lambda past: _write(past, "UPDATE people SET status = 'left' WHERE id % 3"),
        lambda past: _write(
            past, "UPDATE rounds SET number = number + 12, published_at = '2027-12-01' WHERE number > 6"
        ),
    ],
    ids=["two merged", "all merged", "erased", "silent", "left", "paused for a year"],
)
def test_figures_hold_after_what_happens_to_schemes(past: Scheme, change: Callable[[Scheme], object]) -> None:
    """Merges, erasure, silence, leavers and a pause: the command still agrees, and no part is larger than its whole."""
    change(past)
    found = agreed(past)
    for row in found["rounds"]:
        assert row["met"] + row["did_not_meet"] + row["unknown"] == row["matches"]
        assert row["answered"] <= row["asked"]
        for pairs in ("pairs", "silo_pairs"):
            met, introduced, possible = (row[f"{pairs}_{name}_so_far"] for name in ("met", "introduced", "possible"))
            assert met <= introduced <= possible
    every = found["all"]
    assert every["silo_pairs_met"] <= every["silo_pairs_introduced"] <= every["silo_pairs_feasible"]
    assert every["silo_pairs_feasible"] <= every["silo_pairs_possible"]
    assert every["pairs_met_still_here"] <= every["pairs_met"] <= every["pairs_introduced"]
    assert every["largest_network"] <= every["took_part"]


def _write(scheme: Scheme, *statements: str) -> None:
    with scheme.writing() as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize("number", [4, OPEN])
def test_every_page_says_the_same_of_a_round(past: Scheme, open_page: Page, number: int) -> None:
    """Rounds, Feedback and the network: one met rate of all matches with the unknown beside it, one response."""
    found = by_hand(past).rounds[number]
    words, address = outcome_words(found), {"round": str(number)}
    unknown = f"{found['unknown']} not known"
    answered = f"{found['answered']} of {found['asked']} people asked"
    feedback = open_page("feedback", **address)
    assert tiles(feedback)["Met"].endswith(f"{found['met']} of {found['matches']} matches, {unknown}")
    assert tiles(feedback)["Answered"].endswith(answered)
    shown = [text(open_page("rounds", **address)), text(feedback)]
    shown.append(text(open_page("connections", view="Network", **address)))
    for page in shown:
        assert words in page
        assert unknown in page
        assert f"{found['did_not_meet']} did not" in page
    assert f"{answered} have answered" in shown[1]


def test_the_whole_scheme_is_counted_once(past: Scheme, open_page: Page) -> None:
    """People, connections and silo pairs are those of the command, on every page that shows them."""
    found, every = command(), by_hand(past).every
    silos = f"{every['silo_pairs_met']} of {every['silo_pairs_possible']} pairs"
    pairs = f"{every['pairs_met']} of {every['pairs_introduced']} introduced pairs of people have met"
    overview, connections = open_page("overview"), open_page("connections", view="Silos")
    assert tiles(overview)["People"].startswith(f"{every['people']} ")
    assert text(open_page("people")).count(f"{every['people']} people from 6 organisations") == 1
    assert tiles(overview)["Organisations"].startswith("6 ")
    assert f"{every['pairs_met']} pairs of people have met" in text(connections)
    assert tiles(connections)["Organisations linked"].endswith(silos)
    assert silos in text(connections)
    assert pairs in text(open_page("connections", view="Growth", count="People"))
    every_round = {name: sum(row[name] for row in found["rounds"]) for name in ("met", "matches")}
    assert outcome_words(every_round) in text(open_page("feedback"))


@pytest.mark.parametrize("number", [None, 4])
def test_the_report_says_what_the_pages_say(past: Scheme, now: datetime, number: int | None) -> None:
    """For the board: the same met rate, response and silo pairs."""
    with past.reading() as db:
        page = report(read_figures(db, now.date()), number, "Coffee", set(), now.date())
    words = lxml.html.document_fromstring(page).text_content()
    found = by_hand(past)
    if number is None:
        assert f"{found.every['silo_pairs_met']} of {found.every['silo_pairs_possible']} pairs" in words
        assert f"{found.every['pairs_met']} pairs of people have met" in words
    else:
        row = found.rounds[number]
        assert outcome_words(row) in words
        assert f"{row['answered']} of {row['asked']} people asked" in words


def test_letters_about_a_round_say_what_the_pages_say(past: Scheme, now: datetime) -> None:
    """The organiser's report and the participants' news."""
    found = by_hand(past).rounds[4]
    with past.reading() as db:
        introductions = Letters(messages.counts(db)).only(4, ["introduction"])
        letter = to_organiser.report(OFFICE, Plan(now.date(), now), 4, figures_of(db, 4), introductions, None, now)
    words = plain(letter.letter)
    assert outcome_words(found) in words
    assert f"{found['unknown']} not known" in words
    assert f"{found['answered']} of {found['asked']} people asked have answered" in words
    news = plain(letters_of_news(past, OFFICE, 4, now)[0].letter)
    assert f"{found['met']} of {found['matches']} matches" in news
    assert f"{found['asked']} people" in news


def test_letters_are_counted_by_what_became_of_them(past: Scheme, open_page: Page) -> None:
    """Progress counts what is going out. What needs a decision is as many on Overview as on Emails, by round."""
    db = sqlite3.connect(past.path)
    states = dict(db.execute("SELECT state, count(*) FROM messages GROUP BY state").fetchall())
    going = Counter(
        state
        for (state,) in db.execute(
            "SELECT state FROM messages m WHERE state != 'cancelled' AND EXISTS (SELECT 1 FROM messages w WHERE "
            "w.state IN ('waiting', 'sending') AND w.kind = m.kind AND w.round_id IS m.round_id)"
        )
    )
    doubtful = dict(
        db.execute(
            "SELECT number, count(*) FROM messages m JOIN rounds r ON r.id = round_id "
            "WHERE m.state = 'in doubt' GROUP BY number"
        ).fetchall()
    )
    db.close()
    emails = text(open_page("emails"))
    bars = [block.proto.text for block in open_page("emails").get("progress")]
    assert any(f"{going['sent']} of {going.total()} letters sent" in bar for bar in bars)
    where = ", ".join(f"{count} of round {number}" for number, count in sorted(doubtful.items(), reverse=True))
    assert f"{states['in doubt']} letters may or may not have arrived: {where}." in emails
    decide = states["failed"] + states["in doubt"]
    assert f"{decide} letters need your decision" in text(open_page("overview"))


def plain(letter: bytes) -> str:
    """A letter's words, without marks and line breaks."""
    part = email.message_from_bytes(letter, policy=email.policy.default).get_body(["plain"])
    assert part is not None
    return re.sub(r"[*\s]+", " ", part.get_content())
