"""Parts of the organiser's pages that are too long for a plain script."""
