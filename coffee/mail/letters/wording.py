"""The organiser's own wording of letters, and the fields that each kind of letter knows."""

from sqlite_utils import Database

from coffee.mail.letters import template
from coffee.mail.letters.languages import Texts
from coffee.scheme import Scheme, settings
from coffee.text.language import ALL, Language, chosen

EVERY = {
    "name": "the reader's name, or their address",
    "title": "what the scheme is called",
    "organiser": "your name, or what the scheme is called",
    "join_link": "where new people join",
}
UNPROVEN = EVERY | {"name": "the reader's address: whose name it is, nobody has shown yet"}
STOP = {"my_page": "the reader's own page", "unsubscribe_link": "where letters are stopped"}
MATCH = (
    EVERY
    | {
        "round": "the round's number",
        "partners": "the other people with their organisations",
        "partner_names": "the other people's names",
        "introductions": "who they are, and the ways to reach them that they share",
        "writes_first": "who writes first",
        "you_write_first": "for {% if you_write_first %} … {% endif %}: what only the one who writes first is told",
        "suggested_message": "a first message to copy",
        "conversation_starters": "three questions to begin with",
        "feedback_link": "where the reader says how it went",
        "met_link": "the same, with “We have met” chosen already",
        "not_yet_link": "the same, with “Not yet” chosen already",
        "cannot_link": "where the reader says they cannot meet",
    }
    | STOP
)
ROUND = {
    "round": "the round's number",
    "people": "how many people took part",
    "organisations": "how many organisations they are from",
    "matches": "how many matches there were",
    "met": "how many of them have met",
    "new_connections": "pairs who met for the first time, and across how many organisations",
}
FIELDS = {
    "introduction": MATCH,
    "rematch": MATCH,
    "withdrawal": EVERY | {"round": ROUND["round"]} | STOP,
    "sits out": EVERY | {"round": ROUND["round"], "why": "why there is nobody for the reader to meet"} | STOP,
    "partner address": EVERY | {name: MATCH[name] for name in ("round", "partner_names", "introductions")} | STOP,
    "before a draw": EVERY
    | {"round": ROUND["round"], "day": "the day of the draw", "skip_link": "where the reader skips this round"}
    | STOP,
    "still in": EVERY
    | {"still_link": "where the reader says that they are still in", "until": "the day until which we wait"}
    | STOP,
    "reminder": MATCH,
    "feedback": MATCH,
    "news": EVERY | ROUND | STOP,
    "invitation": EVERY,
    "confirmation": UNPROVEN | {"confirm_link": "where the reader confirms that they join"},
    "confirmation reminder": UNPROVEN | {"confirm_link": "where the reader confirms that they join"},
    "new address": UNPROVEN | {"confirm_link": "where the reader confirms that the address is theirs"},
    "address changed": EVERY,
    "own page": EVERY | {"my_page": "the reader's own page"},
}
KINDS = tuple(FIELDS)
NEEDED = {  # without it the letter would be of no use
    "introduction": "introductions",
    "rematch": "introductions",
    "partner address": "introductions",
    "reminder": "introductions",
    "feedback": "feedback_link",
    "before a draw": "skip_link",
    "still in": "still_link",
    "invitation": "join_link",
    "confirmation": "confirm_link",
    "confirmation reminder": "confirm_link",
    "new address": "confirm_link",
    "own page": "my_page",
}
UNDECIDED = "undecided_language"  # the setting: languages by code, in one string


def languages() -> tuple[Language, ...]:
    """The languages in which every kind of letter to people is written."""
    return tuple(language for language in ALL if all(language.code in template.languages(kind) for kind in KINDS))


def texts(db: Database, kind: str) -> Texts:
    """Return the texts of this kind of letter in each language, and the languages for people who chose none."""
    own = {code: source(db, kind, code) for code in template.languages(kind)}
    return Texts(kind, {code: text for code, text in own.items() if text}, undecided(settings.get(db, UNDECIDED)))


def undecided(kept: str | None) -> tuple[Language, ...]:
    """The languages for people who chose none, as the setting has them; all of them until something was chosen."""
    return tuple(language for language in chosen(kept or "") if language in languages()) or languages()


def source(db: Database, kind: str, language: str = "en") -> str | None:
    """The organiser's own template of this kind; None for the default."""
    own = settings.get(db, _setting(kind, language))
    return str(own) if own else None


def keep(scheme: Scheme, kind: str, text: str | None, language: str = "en") -> None:
    """Use this template from now on, None for the default; letters already written stay as they are."""
    with scheme.writing() as db:
        settings.put(db, _setting(kind, language), None if text == template.default(kind, language) else text)


def _setting(kind: str, language: str) -> str:
    return f"template:{kind}" if language == "en" else f"template:{kind}:{language}"
