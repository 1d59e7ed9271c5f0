"""Flags: what in the books looks odd, as pure functions. A flag accuses nobody and refuses nothing: a person looks and says why."""
