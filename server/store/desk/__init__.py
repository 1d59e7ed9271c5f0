"""What a desk reads and keeps, a file a subject. Every statement about books takes a Scope."""
