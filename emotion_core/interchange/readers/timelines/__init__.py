"""Readers of timeline formats: AAF, FCPXML, OTIO, xmeml."""
