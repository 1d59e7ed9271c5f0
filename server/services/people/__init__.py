"""Who there is, how people get in, and what ends it."""
