from .file import FILE as FILE, SoundFile as SoundFile
from .prints import BITS as BITS, PRINTS_A_SECOND as PRINTS_A_SECOND, SoundPrints as SoundPrints
