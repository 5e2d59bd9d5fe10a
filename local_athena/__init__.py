"""Athena's API on this machine, in front of a real Trino: see README.md."""
