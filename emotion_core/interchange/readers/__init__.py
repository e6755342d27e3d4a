"""Readers of cut lists: one module a format, each reads bytes into an EditList; all of them in `registry`."""
