from .background import BackgroundProcess as BackgroundProcess
from .events import (
    ALIVE as ALIVE,
    DONE as DONE,
    ERROR as ERROR,
    PROGRESS as PROGRESS,
    Event as Event,
    EventWriter as EventWriter,
    Report as Report,
    encode as encode,
    error_message as error_message,
    error_of as error_of,
    newest_progress as newest_progress,
    own_channel as own_channel,
    parse as parse,
)
from .prefetch import prefetch_items as prefetch_items
from .processes import (
    DEVNULL as DEVNULL,
    PIPE as PIPE,
    Child as Child,
    Finished as Finished,
    PartnerEndedError as PartnerEndedError,
    TimeoutExpired as TimeoutExpired,
    end_family as end_family,
    end_with_parent as end_with_parent,
    ended_from_outside as ended_from_outside,
    fork as fork,
    is_alive as is_alive,
    python_module as python_module,
    run as run,
    spawn as spawn,
    tie_to as tie_to,
    wait_for as wait_for,
)
from .progress import NO_PROGRESS as NO_PROGRESS, Progress as Progress, ProgressReporter as ProgressReporter
from .threads import (
    AT_ONCE as AT_ONCE,
    BESIDE as BESIDE,
    LARGE_MODEL as LARGE_MODEL,
    ThreadBudget as ThreadBudget,
    budget_text as budget_text,
    is_beside_another as is_beside_another,
    thread_budget as thread_budget,
    usable_cores as usable_cores,
)
