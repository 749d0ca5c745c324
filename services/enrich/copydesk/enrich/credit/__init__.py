"""Credits: who made the story, as bylines and sign-offs of the agencies say it."""
