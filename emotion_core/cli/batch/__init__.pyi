from .film_files import is_batch as is_batch
from .run import BatchOptions as BatchOptions, run_batch as run_batch
