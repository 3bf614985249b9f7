"""The page Emails."""
