from .availability import Obstacle as Obstacle, ipex_unavailable as ipex_unavailable, obstacle as obstacle
from .engine import Engine as Engine
from .factory import build as build, check as check, import_torch as import_torch
from .variants import (
    BASELINE as BASELINE,
    REVISION as REVISION,
    VARIANTS as VARIANTS,
    Variant as Variant,
    variant_of as variant_of,
)
