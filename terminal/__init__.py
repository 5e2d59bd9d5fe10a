"""What a person at the terminal sees, of whichever program."""
