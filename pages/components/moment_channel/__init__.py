"""What tells Python on which frame the player rests, and the player which frame Python wishes."""

from .moment_channel import show as show
