"""Work in the background: jobs and their runner, the queue's worker, its child processes, how a job goes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
