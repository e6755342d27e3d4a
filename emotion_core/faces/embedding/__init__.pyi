from .alignment import aligned_chip as aligned_chip
from .embedder import Embedder as Embedder, none_for as none_for
from .installed import (
    PACKAGE as PACKAGE,
    is_installed as is_installed,
    not_installed as not_installed,
)
from .network import EmbeddingNetwork as EmbeddingNetwork
from .network_file import NUMBERS as NUMBERS
