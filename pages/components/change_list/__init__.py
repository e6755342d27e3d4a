"""The list of what became of each scene of two cuts."""

from .change_list import rows as rows, show as show
