"""A month by itself: draw, approve or go, remind, ask, close, report, without the organiser having to think of it."""
