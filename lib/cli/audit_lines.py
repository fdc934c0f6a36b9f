"""Lines of the audit log for commands: who ran which on this machine."""

import argparse
import getpass
import os
import shlex
from collections.abc import Sequence
from contextlib import suppress

from lib.access import audit
from lib.access.audit import Event
from lib.access.declared import load_access
from lib.cli.workplace import now
from lib.configuration.secrets_files import ROOT, read_secrets
from lib.configuration.store_address import folder_of
from lib.errors import SettingsError
from lib.settings import load_settings

_LONGEST = 500
EVENTS = {
    "sync": Event.SYNC,
    "backfill": Event.SYNC,
    "check": Event.SYNC,
    "verify": Event.SYNC,
    "export": Event.EXPORT,
    "report": Event.EXPORT,
    "sql": Event.EXPORT,
    "token": Event.CHANGE,
}
"""What commands are in the log; serving the demo organization is none."""
_LOOKING = ("token", "list")


def write_down(arguments: Sequence[str], chosen: argparse.Namespace) -> None:
    """Add a line about a command that was run with `arguments`, which never hold the key.

    It goes where the app's lines go, and into the store's folder where the secrets file cannot say where.
    """
    name = arguments[0]
    if name not in EVENTS or (name == "verify" and not chosen.repair) or tuple(arguments[:2]) == _LOOKING:
        return
    secrets = read_secrets()
    folder = folder_of(load_settings(secrets, os.environ).store_uri) or ROOT / ".data"
    file = folder / "audit.log"
    with suppress(SettingsError):  # that access is declared wrong is said by the app
        file = load_access(secrets, os.environ).audit_log or file
    what = f"command line: {shlex.join(arguments)}"
    audit.write(file, now(), EVENTS[name], who(), what[:_LONGEST])


def who() -> str:
    """Return who runs the command, as the system knows them."""
    try:
        return f"{getpass.getuser()} (on the server)"
    except (KeyError, OSError):
        return f"user {os.getuid()} (on the server)"
