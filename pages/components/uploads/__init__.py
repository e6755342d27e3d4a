"""The drop zone for films, or for recordings of viewers, with a row for each upload."""

from .uploads import show as show, show_recordings as show_recordings
