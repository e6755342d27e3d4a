"""The strip on which targets are drawn."""

from .target_strip import Stroke as Stroke, show as show
