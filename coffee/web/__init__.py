"""Plain HTML in the same process as the dashboard: participants' pages, and the organiser's sign-in."""
