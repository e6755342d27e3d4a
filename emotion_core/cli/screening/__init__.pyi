from .command import screening as screening
