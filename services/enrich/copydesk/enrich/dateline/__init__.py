"""Datelines: reading the line, placing it on the map, and finding its year."""
