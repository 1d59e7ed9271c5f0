"""Months and ledgers: locking, exporting, checking what comes back."""
