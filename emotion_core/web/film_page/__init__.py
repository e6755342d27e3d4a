"""What the views of a film's page load by themselves: scenes, sampled frames, pictures and figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
