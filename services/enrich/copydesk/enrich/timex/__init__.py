"""Time expressions and their TIMEX3 values (ISO 24617-1): a grammar a language, one set of meanings for all."""
