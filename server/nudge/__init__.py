"""First floor: a push that says "something is new", never what. Where it may go, how it is sealed, how it is sent."""
