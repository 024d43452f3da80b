"""The pattern decides: one sentence cut by four split patterns and the student's own."""
