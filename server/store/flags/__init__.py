"""Flags: traces by which books are compared, cases, and what a desk sees of them."""
