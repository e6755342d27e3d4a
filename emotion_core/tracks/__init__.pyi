from .records import Track as Track, anchor_of as anchor_of
