"""Cut lists as they come in: one module a format, each reads bytes into an EditList."""
