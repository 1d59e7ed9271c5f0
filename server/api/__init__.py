"""Third floor, doors: read the request, call a service, shape the answer. No SQL, no clock of its own, no rule of the trade."""
