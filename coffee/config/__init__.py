"""Configuration: what the environment and Settings say about this installation."""
