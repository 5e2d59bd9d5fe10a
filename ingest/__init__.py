"""Land Montgomery County's police dispatched incidents: page, land, remember.

The command line is ``python -m ingest``; docs/ingest.md says how the parts fit together.
"""
