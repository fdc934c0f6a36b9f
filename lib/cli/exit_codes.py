"""The exit codes of the command line."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code says; `BREACHED` and `NOT_CHECKED` are those of `check`."""

    DONE = 0
    FAILED = 1
    """A source failed, or a file could not be written."""
    BREACHED = 1
    """Something is exceeded or going to be."""
    UNUSABLE = 2
    """Arguments or settings cannot be used."""
    NOT_CHECKED = 3
    """The check could not be made."""
    UNEXPECTED = 3
    """A mistake in the program ended the command."""
    INTERRUPTED = 130
    """Ctrl-C ended the command."""
    TERMINATED = 143
    """SIGTERM ended the command."""
