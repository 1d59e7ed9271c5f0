"""What stands beside the database on this machine: keys, counters, slots."""
