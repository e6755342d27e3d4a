"""Uploads as they lie on disk, what they claim of it, and the quota."""
