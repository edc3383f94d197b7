"""What does Windows' service manager say of one service?

Sources: Microsoft Learn, ``QueryServiceStatusEx`` (SERVICE_STATUS_PROCESS),
``QueryServiceConfigW`` (QUERY_SERVICE_CONFIGW), ``QueryServiceConfig2W`` (SERVICE_TRIGGER_INFO).
"""

import struct
from dataclasses import dataclass
from enum import StrEnum

NOT_THERE = 1060
"""ERROR_SERVICE_DOES_NOT_EXIST."""
_NEVER_STARTED = 1077  # since Windows began: no fault
_DWORD = struct.Struct("<I")
_STATE_AT, _EXIT_AT, _START_AT, _TRIGGERS_AT = 4, 12, 4, 0
"""Where the numbers stand in the structures, in bytes: the same on 32 and 64 bits."""


class Start(StrEnum):
    """When a service starts (``dwStartType``)."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    """On demand, or by a trigger: a reader that comes."""
    DISABLED = "disabled"
    UNTOLD = "untold"


class Activity(StrEnum):
    """What a service is doing (``dwCurrentState``)."""

    STOPPED = "stopped"
    STARTING = "starting"
    STOPPING = "stopping"
    RUNNING = "running"
    PAUSED = "paused"
    UNTOLD = "untold"


_STARTS = {2: Start.AUTOMATIC, 3: Start.MANUAL, 4: Start.DISABLED}
_ACTIVITIES = {
    1: Activity.STOPPED,
    2: Activity.STARTING,
    3: Activity.STOPPING,
    4: Activity.RUNNING,
    5: Activity.RUNNING,  # SERVICE_CONTINUE_PENDING
    6: Activity.PAUSED,  # SERVICE_PAUSE_PENDING
    7: Activity.PAUSED,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the calls answered, as they came: bytes, empty where a call was refused.

    ``error`` is Windows' code (GetLastError) of the first call that failed, 0 where none did.
    """

    error: int = 0
    status: bytes = b""
    config: bytes = b""
    triggers: bytes = b""


@dataclass(frozen=True, slots=True)
class Daemon:
    """One service: ``installed`` is nothing where the manager would not tell.

    ``triggered`` tells whether something starts it by itself, nothing where that is not known;
    ``exit_code`` is Windows' code of its last end, 0 where it ended well or never ran;
    ``error`` the code with which the manager refused to tell.
    """

    installed: bool | None = None
    start: Start = Start.UNTOLD
    activity: Activity = Activity.UNTOLD
    triggered: bool | None = None
    exit_code: int = 0
    error: int = 0

    @property
    def awake(self) -> bool:
        """Whether it runs, or is about to."""
        return self.activity in {Activity.RUNNING, Activity.STARTING}


def read(answers: Answers) -> Daemon:
    """Read the manager's answers; what is cut or has no known number is untold."""
    if answers.error == NOT_THERE:
        return Daemon(installed=False, error=answers.error)
    start, state = _number(answers.config, _START_AT), _number(answers.status, _STATE_AT)
    count, code = _number(answers.triggers, _TRIGGERS_AT), _number(answers.status, _EXIT_AT)
    told = start is not None or state is not None
    return Daemon(
        True if told else None,
        _STARTS.get(-1 if start is None else start, Start.UNTOLD),
        _ACTIVITIES.get(-1 if state is None else state, Activity.UNTOLD),
        None if count is None else count > 0,
        0 if code in {None, _NEVER_STARTED} else code or 0,
        answers.error,
    )


def _number(data: bytes, place: int) -> int | None:
    """Return the DWORD at a place; nothing where the answer ends before."""
    if len(data) < place + _DWORD.size:
        return None
    number: int = _DWORD.unpack_from(data, place)[0]
    return number
