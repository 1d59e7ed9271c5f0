"""The ground floor: what an operation is, who may write it and what it does to a book. No clock, no disk, no network, no framework."""
