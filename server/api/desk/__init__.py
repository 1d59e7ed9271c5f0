"""Doors of the desk, a file a subject."""
