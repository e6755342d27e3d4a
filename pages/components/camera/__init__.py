"""A viewer's camera beside the film that plays."""

from .camera import show as show
