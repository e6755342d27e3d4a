"""Progress bars of analyses, and what runs a page again when an analysis changes."""

from .progress import follow_library as follow_library, watch as watch, watch_for_start as watch_for_start
