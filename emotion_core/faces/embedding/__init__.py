"""Embeddings of faces: 128 numbers each, near for pictures of one person, by dlib's network run in OpenVINO."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
