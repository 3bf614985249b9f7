"""What an organiser does with people and organisations."""
