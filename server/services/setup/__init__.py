"""Setting a college up: its registers, the files they are filled from, the rules they stand under."""
