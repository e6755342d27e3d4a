"""Readers of text lists: EDL, ALE, tables, markers, lists typed by hand."""
