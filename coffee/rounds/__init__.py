"""A round's life: its pool, draw, draft, publishing, repairs."""
