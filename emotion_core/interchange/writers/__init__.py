"""Writers of marker and cut lists: one module a format, all of them in `registry`."""
