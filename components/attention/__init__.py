"""The Attention tab: what every head of a model looks at, with every number of it."""
