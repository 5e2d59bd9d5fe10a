"""The commands, one module each: its arguments, its manual, and what it does."""
