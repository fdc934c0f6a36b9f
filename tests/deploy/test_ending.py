"""The server that gets SIGTERM while it collects gives its lease back, and says that it ends."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lib.configuration.secrets_files import ROOT
from lib.store.usage_store import Store
from lib.sync.collecting import LEASE
from tests.deploy.programs import until
from tests.loopback import Response
from tests.ports import free_port
from tests.tiny_api import KEY, TinyApi

pytestmark = pytest.mark.xdist_group("proxy")


def test_another_process_can_collect_at_once_after_the_end_of_one_that_did(tmp_path: Path) -> None:
    asked, goes_on = threading.Event(), threading.Event()

    def wait(_nth: int, _source: str) -> Response | None:
        asked.set()
        goes_on.wait(60)
        return None

    log, store = tmp_path / "log", Store(str(tmp_path / "store"))
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"]
    options = ["--server.port", str(free_port()), "--server.address", "127.0.0.1"]
    with TinyApi(wait) as api, log.open("wb") as said:
        environment = {
            "OPENAI_ADMIN_KEY": KEY,
            "OPENAI_BASE_URL": api.base_url,
            "USAGE_STORE_URI": store.uri,
        }
        with subprocess.Popen(
            [*command, *options], cwd=ROOT, env={**os.environ, **environment}, stderr=said
        ) as server:
            try:
                until(asked.is_set, server)
                assert not store.leases.read()[LEASE].released
                server.send_signal(signal.SIGTERM)
                code = server.wait(20)
            finally:
                server.kill()
                goes_on.set()

    assert code in (0, -signal.SIGTERM)
    assert "The app ends while days are being collected" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert store.leases.read()[LEASE].released
