"""Days where the scheme is: the day of a moment, and which days are working days. Pure."""
