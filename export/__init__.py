"""The marts as files to take away: python -m export"""
