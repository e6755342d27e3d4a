"""Files on disk: where they lie, whole or not at all, hashed, shared, and what the system refuses."""
