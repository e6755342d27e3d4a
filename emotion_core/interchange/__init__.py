"""Exchange with editing tools: markers and cut lists out, cut lists in; one module a file format.

`mark_scenes` and `mark_changes` make a MarkerList, which a format of `writers.registry` encodes. `readers.registry`
reads a cut list's file into an EditList, which `conform_to_film` lays on a film. No editing tool was run in
development: the formats follow what the tools export themselves, and what their makers publish.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
