"""Train your own: a visitor's text becomes a tokenizer, in a process of its own, and is judged on a held-out tenth."""
