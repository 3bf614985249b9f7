"""Random draws that are provably the best there are."""

from coffee.pairing.certificate import sentence, sentences
from coffee.pairing.draw import pair
from coffee.pairing.lookahead import RoundsLeft, rounds_left
from coffee.pairing.model import Pairing, PairingError, Reason, listed
from coffee.pairing.repair import Repair, repair
from coffee.pairing.swaps import Swap, Verdict, best_swaps, effect, judge

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
    "repair",
    "rounds_left",
    "sentence",
    "sentences",
]
