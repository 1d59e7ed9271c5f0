"""Facts for a desk: flags, signers, bases, results."""
