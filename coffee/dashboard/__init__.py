"""The organiser's dashboard, a folder for each page."""
