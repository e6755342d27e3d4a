from .command import versions as versions
