"""What waits to be told or done."""
