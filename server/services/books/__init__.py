"""Operations come in, changes go out, and what people decide about them."""
