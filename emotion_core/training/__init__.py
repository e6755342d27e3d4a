"""Training of the embedded checkpoint; the product itself imports nothing of it."""
