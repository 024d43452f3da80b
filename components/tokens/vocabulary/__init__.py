"""Inside a vocabulary: its entries searched, counted by length and by script, read as a list of topics, compared."""
