"""Names of people and organisations: from words to mentions to entities."""
