"""From letters to numbers: one text as bytes, code points, grapheme clusters, aksharas and tokens."""
