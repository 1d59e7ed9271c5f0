"""Second floor: one function per sentence a user could say. A service owns its transaction; it knows no HTTP and no other service but intake."""
