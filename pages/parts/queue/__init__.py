"""Sections of the page *Queue*."""
