"""What the bundled sample and the generated records both know of the county: its places, its types, its habits."""
