from .joining import RANGE as RANGE, Fetch as Fetch, join as join
from .observing import (
    RangeReader as RangeReader,
    Reader as Reader,
    observe as observe,
    reader_differences as reader_differences,
)
from .planning import plan as plan
from .range_plan import BLOCK_BYTES as BLOCK_BYTES, FilmRange as FilmRange, RangePlan as RangePlan, Span as Span
from .range_requests import (
    JoinRequest as JoinRequest,
    ObserveRequest as ObserveRequest,
    PlanRequest as PlanRequest,
)
from .seam import Seam as Seam
