"""The page Rounds."""
