"""What a film may be: beyond these it is refused before it is decoded, or its reading ends there.

They lie far above any film and well below what makes a machine stand still. A file says what it likes of itself.
"""

from __future__ import annotations

from fractions import Fraction

PIXELS = 8192 * 8192
"""Of a picture, as coded and as shown: twice an 8K frame. Such a picture takes 200 MB as RGB."""
PIXELS_ADVICE = "At most 8192 x 8192 are read: export it smaller, for example at 1920 x 1080."

ASPECT = Fraction(16)
"""A pixel's sides differ by no more than so many times: anamorphic film has 2."""

STREAMS = 64
"""A delivery with a dozen languages, stems, subtitles and timecode has forty."""
STREAMS_OPENED = 1000
"""FFmpeg itself gives up beyond these."""

SECONDS = Fraction(24 * 3600)
"""Timecode begins anew after a day."""

RATE = Fraction(240)
"""Frames a second: high-speed material is played at 24 to 120."""
SLOWEST = Fraction(1, 60)
"""Frames a second: a slide a minute."""

TICK = Fraction(1)
"""Seconds: a time base is no coarser."""

FRAMES = int(SECONDS * RATE)

SHOWN = Fraction(3600)
"""Seconds that one frame may say it is shown; another claim is not believed."""

METADATA = 4096
"""Characters of a text in a file's metadata that are looked at."""
