"""Subjects: IPTC's vocabularies, and what a story's words say of its topic."""
