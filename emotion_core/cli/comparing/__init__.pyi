from .command import conform as conform
