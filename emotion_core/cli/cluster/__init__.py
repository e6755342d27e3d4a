"""Commands of several machines: the app with the library, and those that read for it."""
