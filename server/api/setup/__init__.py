"""Doors of what a college sets up: who signs for its apprentices, and the registers it keeps."""
