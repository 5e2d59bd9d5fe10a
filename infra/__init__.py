"""The AWS stack, and what packs the code that it runs."""
