"""What every hand-in kit has in common: two small Spaces, and the papers with places to fill in (see handin.py)."""
