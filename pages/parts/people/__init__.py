"""Sections of the page of a film's people."""
