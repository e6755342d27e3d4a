"""Marker and cut-list writers: one module a format."""
