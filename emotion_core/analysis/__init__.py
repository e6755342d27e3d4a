"""From observations and report settings to an Analysis: pure functions, and their caches."""
