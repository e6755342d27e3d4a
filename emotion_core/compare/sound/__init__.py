"""What the sound of two cuts tells beside their pictures: the same sound under another picture, and another sound."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
