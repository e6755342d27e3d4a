"""Training of the embedded checkpoint; nothing of the running product imports this package."""
