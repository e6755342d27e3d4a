"""Two cuts' players in step."""

from .pair_player import show as show
