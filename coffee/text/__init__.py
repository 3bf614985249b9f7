"""Texts: languages, search, and the scheme's own word for a silo. Pure."""
