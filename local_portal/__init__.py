"""A model of the county's open-data portal, for tests and for trying things out: see soda_server.py."""
