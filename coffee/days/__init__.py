"""Days where the scheme is: which day a moment belongs to, and which days are working days. Pure."""
