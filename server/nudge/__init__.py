"""First floor: the notice that is due to somebody, and the push that says "something is new", never what. Whom and of which
operation, where it may go, how it is sealed, how it is sent."""
