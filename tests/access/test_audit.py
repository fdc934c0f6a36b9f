"""What stands in the audit log."""

import datetime as dt
import stat
from pathlib import Path

import pytest

from lib.access import audit
from lib.access.audit import Event

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


def test_each_event_is_a_line_that_only_its_owner_can_read(tmp_path: Path) -> None:
    file = tmp_path / "store" / "audit.log"

    audit.write(file, NOW, Event.SIGN_IN, "ada@example.com", "let in as admin")
    audit.write(file, NOW, Event.EXPORT, "Zoë\n", 'costs "all"\u2028.csv')

    assert file.read_text().splitlines() == [
        '{"time": "2026-11-26T12:00:00Z", "event": "sign-in", "who": "ada@example.com", '
        '"what": "let in as admin"}',
        '{"time": "2026-11-26T12:00:00Z", "event": "export", "who": "Zo\\u00eb\\n", '
        '"what": "costs \\"all\\"\\u2028.csv"}',
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()

    audit.write(tmp_path / "file" / "audit.log", NOW, Event.CHANGE, "ada@example.com", "budget")

    assert capsys.readouterr().err == (
        f"{tmp_path / 'file' / 'audit.log'} cannot be written (File exists). Its line would be "
        '“{"time": "2026-11-26T12:00:00Z", "event": "change", "who": "ada@example.com", "what": "budget"}”.\n'
    )
