"""Who meets whom: random, provably best draws."""

from coffee.pairing.aside import pair_in_process
from coffee.pairing.certificate import sentence, sentences
from coffee.pairing.draw import pair
from coffee.pairing.lookahead import RoundsLeft, rounds_left
from coffee.pairing.model import Pairing, PairingError, Reason, listed
from coffee.pairing.repair import Repair, repair
from coffee.pairing.swaps import Swap, best_swaps, effect
from coffee.pairing.verdict import Verdict, judge

__all__ = [
    "Pairing",
    "PairingError",
    "Reason",
    "Repair",
    "RoundsLeft",
    "Swap",
    "Verdict",
    "best_swaps",
    "effect",
    "judge",
    "listed",
    "pair",
    "pair_in_process",
    "repair",
    "rounds_left",
    "sentence",
    "sentences",
]
