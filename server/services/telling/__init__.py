"""What people are told, and how their phones are woken."""
