"""Places in a text: where they are named, and which place of that name is meant."""
