"""Doors of months, exports and ledgers that come back."""
