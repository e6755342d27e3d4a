"""Sections of the Versions page, and what other pages offer of versions."""
