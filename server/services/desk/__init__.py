"""What the people at a desk do, a file a subject."""
