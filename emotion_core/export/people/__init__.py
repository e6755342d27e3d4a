"""A film's people in the formats in which they are handed on."""
