"""How the tables came to be, one revision after another: add first, remove a release later."""
