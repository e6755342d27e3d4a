from .identity import ReaderIdentity as ReaderIdentity
