"""Tables of people: who they are and how they get in."""
