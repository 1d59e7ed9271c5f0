"""Copies, and looking after what is kept."""
