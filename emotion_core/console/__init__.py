"""The terminal: streams, Ctrl-C, exit codes, and one line for every error."""
