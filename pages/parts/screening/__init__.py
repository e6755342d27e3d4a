"""Sections of the Screening page."""
