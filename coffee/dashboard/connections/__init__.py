"""The page Connections."""
