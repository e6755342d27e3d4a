from .joining import RANGE as RANGE, Fetch as Fetch, join as join
from .observing import RangeReader as RangeReader, observe as observe
from .planning import plan as plan
from .range_plan import BLOCK_BYTES as BLOCK_BYTES, FilmRange as FilmRange, RangePlan as RangePlan, Span as Span
from .range_requests import (
    JoinRequest as JoinRequest,
    ObserveRequest as ObserveRequest,
    PlanRequest as PlanRequest,
)
from .reader import Reader as Reader, reader_differences as reader_differences
from .seam import Seam as Seam
