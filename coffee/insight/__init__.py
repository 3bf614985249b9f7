"""Measures of a scheme: meetings, connections, answers, and the sentences made of them. Pure."""
