"""Files that come in: how they are taken apart, which column is what, what can be wrong with a row, and how it goes home."""
