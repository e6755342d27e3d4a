"""Checkpoints: found, verified, loaded, calibrated, fetched."""
