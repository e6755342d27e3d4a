"""Readers of text lists: EDL, ALE, tables, lists typed by hand."""
