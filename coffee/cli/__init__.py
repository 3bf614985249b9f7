"""The command line: `python -m coffee …`."""
