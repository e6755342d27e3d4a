"""The library on disk: its database, films, edits, uploads, quota. The only package with SQL."""
