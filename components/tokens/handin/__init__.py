"""Hand it in: one click packs a tokenizer as two small Spaces, with its papers."""
