"""The drop zone for films, with a row for each upload."""

from .uploads import show as show
