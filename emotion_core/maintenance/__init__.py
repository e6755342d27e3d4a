"""Check and repair a library."""
