"""Overview: where the scheme stands and what to do next."""

from coffee import frame

frame.head("Overview", "Nobody is here yet.")
