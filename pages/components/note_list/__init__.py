"""The list of an editor's notes."""

from .note_list import Act as Act, show as show
