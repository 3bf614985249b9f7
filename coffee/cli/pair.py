"""`python -m coffee pair`: draws from spreadsheets alone, for people who run their scheme elsewhere."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from coffee.cli.pair_files import People, SheetError, as_table, read_history, read_pairs, read_people
from coffee.pairing.certificate import sentence, sentences
from coffee.pairing.draw import pair
from coffee.pairing.model import IntArray, Pairing, PairingError


def draw(
    people: Path,
    met: Path | None,
    apart: Path | None,
    together: Path | None,
    seed: int | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """Draw matches among the people of a file; print them or their certificate, or write them to `output`."""
    everybody, wishes = _read(people, met, {"apart": apart, "together": together})
    silos, labels = everybody.silos()
    try:
        drawn = pair(silos, seed=seed, **wishes)
    except PairingError as error:
        raise click.ClickException(error.sentence(everybody.names)) from error
    text = _certificate(drawn, everybody, labels) if as_json else _matches(drawn, everybody)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)


def _read(people: Path, met: Path | None, wishes: dict[str, Path | None]) -> tuple[People, dict[str, Any]]:
    """Everything in the files; exits with the faults on stderr, where it also says how many pairs met were skipped."""
    try:
        everybody = read_people(people.read_bytes(), people.name)
        if not everybody.names:
            raise SheetError([f"{people.name} has nobody in it. Add a line for each person."])
        pairs: dict[str, IntArray] = {
            wish: read_pairs(path.read_bytes(), path.name, everybody) for wish, path in wishes.items() if path
        }
        if met:
            pairs["met"], skipped = read_history(met.read_bytes(), met.name, everybody)
            if skipped:
                which = "1 pair is" if skipped == 1 else f"{skipped:,} pairs are"
                click.echo(f"{met.name}: {which} skipped because somebody in them is not among the people.", err=True)
    except SheetError as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        raise click.exceptions.Exit(1) from error
    return everybody, pairs


def _matches(drawn: Pairing, people: People) -> str:
    return as_table(drawn.matches, people).to_csv(index=False, lineterminator="\n")


def _certificate(drawn: Pairing, people: People, labels: list[str]) -> str:
    """The certificate as JSON: the counts, and each reason with the people's emails and a sentence."""
    reasons = [
        asdict(reason)
        | {
            "silo": labels[reason.silo] if reason.silo >= 0 else None,
            "people": [people.emails[p] for p in reason.people],
            "others": [people.emails[p] for p in reason.others],
            "sentence": sentence(reason, labels, people.names),
        }
        for reason in drawn.reasons
    ]
    counts = ("repeats", "same_silo", "repeats_unavoidable", "same_silo_unavoidable", "proven", "seed")
    found = {
        "people": len(people.names),
        "matches": len(drawn.matches),
        "trios": int(np.count_nonzero(drawn.matches[:, 2] >= 0)),
        **{name: getattr(drawn, name) for name in counts},
        "reasons": reasons,
        "sentences": sentences(drawn, labels, people.names),
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(f"{path} could not be written ({error.strerror}). Choose another place.") from error
