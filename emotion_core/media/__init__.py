"""Facts of a media file, by its bytes, its header and its first frame; no further frame is decoded."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
