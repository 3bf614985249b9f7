"""Different spellings of one organisation, found by rule so that East Sussex is never taken for West Sussex.

Names are compared as words: "Devon CC" and "Devon County Council" agree once abbreviations are written out; "Devon
Countyy Council" is one typing slip away. A *replaced* letter is no slip here: Harlow and Harrow, Bolton and Boston are
all real.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from rapidfuzz.distance import OSA

_WRITTEN_OUT = {
    "cc": ("council",), "cnty": ("county",), "bc": ("borough", "council"), "dc": ("district", "council"),
    "mbc": ("metropolitan", "borough", "council"), "lb": ("london", "borough", "council"), "cllr": ("council",),
    "ft": ("foundation", "trust"), "dept": ("department",), "univ": ("university",), "hosp": ("hospital",),
    "hosps": ("hospitals",), "govt": ("government",), "ltd": (), "limited": (), "plc": (), "llp": (),
    "the": (), "of": (), "and": (), "for": (),
}  # fmt: skip
_COUNCIL = {"council", "county", "city", "borough", "district", "metropolitan"}
_KINDS = {"county", "city", "borough", "district"}
_SHORTEST_SLIP = 6  # letters: below that a letter more or less makes another word


@dataclass(frozen=True)
class Alike:
    """Spellings that seem to be one organisation, how many people have each, and the one to use."""

    names: list[str]
    people: list[int]
    proposed: str


@dataclass(frozen=True)
class _Name:
    """An organisation's name: its distinctive `core`, its `kind` (county, city …) if given, and all its `words`."""

    core: frozenset[str]
    kind: frozenset[str]
    words: frozenset[str]


def near_duplicates(people: Mapping[str, int], known: Collection[str] = ()) -> list[Alike]:
    """Group organisations that are probably one. `people` counts the people of each; `known` are in the scheme.

    A name that could be one of two others ("Leicester CC" beside the City and the County Council) is left alone.
    """

    names = {name: _understood(name) for name in people}
    slipped = {*_slips(names, people, "words"), *_slips(names, people, "core")}
    for wrong, right in sorted(slipped):
        names[wrong] = names[right]
    wrongs = {wrong for wrong, _ in slipped}

    def worth(name: str) -> tuple[bool, int, bool, bool, int, str]:
        """No slip, the most used, known in the scheme, not all in one case, then the fullest."""
        return (
            name not in wrongs,
            people[name],
            name in known,
            name not in (name.lower(), name.upper()),
            len(name),
            name,
        )

    groups = [sorted(group) for group in _same_core(names) if len(group) > 1]
    return sorted(
        (Alike(group, [people[name] for name in group], max(group, key=worth)) for group in groups),
        key=lambda alike: alike.proposed.casefold(),
    )


def _understood(name: str) -> _Name:
    bare = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    spelt = re.findall(r"\w+", re.sub(r"['’.]", "", "".join(c for c in bare if not unicodedata.combining(c))))
    words = [word for part in spelt for word in _WRITTEN_OUT.get(part, (part,))]
    if words[:2] in (["london", "borough"], ["royal", "borough"]):
        words = [*words[1:], "council"]
    tells = frozenset(words)
    if "nhs" in tells:
        core = tells - {"foundation", "trust"}
    elif tells & _COUNCIL:
        core = tells - _COUNCIL
    else:
        core = tells
    return _Name(core or tells, tells & _KINDS, tells)


def _same_core(names: Mapping[str, _Name]) -> Iterator[list[str]]:
    by_core: dict[frozenset[str], list[str]] = defaultdict(list)
    for name, understood in names.items():
        by_core[understood.core].append(name)
    for group in by_core.values():
        kinds = {names[name].kind for name in group} - {frozenset()}
        if len(kinds) < 2:
            yield group
        else:
            yield from ([name for name in group if names[name].kind == kind] for kind in kinds)


def _slips(
    names: Mapping[str, _Name], people: Mapping[str, int], which: Literal["core", "words"]
) -> Iterator[tuple[str, str]]:
    """Yield (wrong, right) names that differ by one letter too many or too few, or two swapped, in a long word.

    The word that more people's organisations have is the right one.
    """
    by_rest: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    used: Counter[str] = Counter()
    for name, understood in names.items():
        words: frozenset[str] = getattr(understood, which)
        for word in words:
            used[word] += people[name]
            if len(word) >= _SHORTEST_SLIP:
                by_rest[words - {word}].append((name, word))
    for group in by_rest.values():
        for (one, word), (other, other_word) in combinations(sorted(group), 2):
            if _slip(word, other_word):
                yield (other, one) if used[word] > used[other_word] else (one, other)


def _slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or OSA.distance(one, other, score_cutoff=1) != 1:
        return False
    return len(one) != len(other) or sorted(one) == sorted(other)
