"""The current scene: its numbers, and the frames behind them."""

from .scene_panel import show as show
