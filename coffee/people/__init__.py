"""The organiser's work on people and organisations."""
