"""Run a Randomised Coffee Trial: a roster, random pairs across silos, letters, answers and charts."""

__version__ = "0.4.0"
