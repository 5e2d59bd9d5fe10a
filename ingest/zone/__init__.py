"""The landing zone, a folder or a bucket: how rows come into it, and what the next run needs to know."""
