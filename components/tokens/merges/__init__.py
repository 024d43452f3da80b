"""Byte-pair encoding by hand: one merge after the other, on a text of the class's own."""
