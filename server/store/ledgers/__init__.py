"""What months and exports read and keep. Every statement about books takes a Scope."""
