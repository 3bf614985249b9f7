"""Participants' pages: joining, their own page, answers, unsubscribing."""
