"""The portal: its queries, its answers, and what is known of its dataset."""
