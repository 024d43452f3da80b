"""The page: one folder a tab, and what the tabs share."""
