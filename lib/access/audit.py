"""The audit log: a line of JSON for each sign-in, refusal, export, change and sync."""

import datetime as dt
import json
import os
import sys
from enum import StrEnum
from pathlib import Path


class Event(StrEnum):
    """What is written down."""

    SIGN_IN = "sign-in"
    REFUSAL = "refusal"
    EXPORT = "export"
    CHANGE = "change"
    SYNC = "sync"


def write(file: Path, moment: dt.datetime, event: Event, who: str, what: str) -> None:
    """Add a line to `file`: `time` (UTC), `event`, `who` and `what`, which must hold no secret.

    Where the file cannot be written, the line goes to standard error with the reason: what somebody wanted
    to do is not undone for it.
    """
    line = {"time": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "event": event, "who": who, "what": what}
    text = json.dumps(line, ensure_ascii=True)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # One write to a file that is only appended to stays whole beside other processes' lines.
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{text}\n".encode())
        finally:
            os.close(descriptor)
    except OSError as failure:
        sys.stderr.write(f"{file} cannot be written ({failure.strerror}). Its line would be “{text}”.\n")
