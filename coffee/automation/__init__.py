"""The automatic month: draw, publish, remind, ask, close and report without the organiser having to think of it."""
