"""Tables of the books: operations, and the documents and facts made from them."""
