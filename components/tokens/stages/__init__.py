"""The four stages of a ready-made tokenizer, with the text after each of them."""
