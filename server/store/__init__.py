"""First floor: every table and every line of SQL. Nothing here knows who asks or why."""
