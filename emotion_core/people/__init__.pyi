from .clusters import LIMIT as LIMIT
