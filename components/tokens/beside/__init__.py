"""Side by side: one text in many tokenizers, and what one sentence costs in twelve languages."""
