"""The organiser's sign-in, and the gate before the dashboard."""
