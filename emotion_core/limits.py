"""Limits on a film: beyond them it is refused before it is decoded, or reading it ends.

They lie far above any film and well below what brings a machine to a halt. What a file claims about itself is not
trusted.
"""

from __future__ import annotations

from fractions import Fraction

PIXELS = 8192 * 8192
"""Of a frame, as coded and as shown: twice an 8K frame. Such a frame takes 200 MB as RGB."""
PIXELS_ADVICE = "At most 8192 x 8192 are read: export it smaller, for example at 1920 x 1080."

ASPECT = Fraction(16)
"""Ratio of a pixel's longer side to its shorter one: anamorphic film has 2."""

STREAMS = 64
"""Of a file that is read; a delivery with a dozen languages, stems, subtitles and timecode has forty."""
STREAMS_OPENED = 1000
"""Of a file that FFmpeg opens at all."""

SECONDS = Fraction(24 * 3600)
"""Length of a film; timecode wraps after a day."""

MAX_RATE = Fraction(240)
"""Frames a second: high-speed material is played at 24 to 120."""
MIN_RATE = Fraction(1, 60)
"""Frames a second: one slide a minute."""

MAX_TICK_SECONDS = Fraction(1)
"""A time base coarser than this is refused."""

FRAMES = int(SECONDS * MAX_RATE)

FRAME_SECONDS = Fraction(3600)
"""Time for which a frame may be shown; a longer claim is ignored."""

METADATA_CHARACTERS = 4096
"""Of a text in a file's metadata; the rest is ignored."""
