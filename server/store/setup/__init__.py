"""The registers of a college, and files on their way into them."""
