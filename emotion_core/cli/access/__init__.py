"""The command that makes what config.toml needs for the HTTP API."""
