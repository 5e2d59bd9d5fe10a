"""The seven pages, a module each."""
