"""The board of a project: scenes by versions, and every pair of versions to compare."""

from .version_board import document as document, show as show
