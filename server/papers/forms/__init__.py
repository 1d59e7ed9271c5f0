"""The forms of a desk: which columns each has, and the rows made from documents. No layout, no file, no database."""
