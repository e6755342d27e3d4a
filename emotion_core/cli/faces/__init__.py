"""Commands about the faces of a film and whose they are."""
