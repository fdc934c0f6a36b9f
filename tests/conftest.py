"""What holds for every test: a clean environment, no network beyond this machine, nothing skipped in CI."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings

from lib.configuration.store_address import VARIABLES_OF_OBJECTS
from tests.object_server import ObjectServer

if TYPE_CHECKING:
    from tests.spark.cluster import Cluster

CI = bool(os.environ.get("CI"))
SETTINGS = (
    "OPENAI_ADMIN_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_API_KEY",
    "USAGE_STORE_URI",
    "USAGE_ENGINE_URL",
    "USAGE_BUDGETS_FILE",
    "USAGE_METRICS_TOKEN",
    "USAGE_LOG_FORMAT",
    "USAGE_ORGANIZATIONS",
    "USAGE_TEAMS_FILE",
    "USAGE_ACCESS_OPEN",
    "USAGE_PUBLIC_ADDRESS",
    *(variable for variables in VARIABLES_OF_OBJECTS.values() for variable in variables),
)
BROWSER_SECONDS = 300
OBJECT_STORE = "--object-store"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

settings.register_profile("every test", deadline=None, derandomize=CI)
settings.register_profile(
    "first failure", settings.get_profile("every test"), phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("every test")


@pytest.fixture(autouse=True, scope="session")
def clean_environment() -> Iterator[None]:
    """Forget the developer's own settings, so that no test meets a real key or store."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*SETTINGS, *PROXIES, *(p.upper() for p in PROXIES)):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Keep what is the main module: Streamlit puts a page in its place, which a new process would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be the moment up to which the places of `tests.alerts.places` are stored."""
    import streamlit as st

    from lib.answers import instance
    from tests.alerts.places import NOW

    st.cache_resource.clear()
    monkeypatch.setattr(instance, "now", lambda: NOW)
    yield
    st.cache_resource.clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let somebody choose a real object store for the tests that need one; the others are left out then."""
    parser.addoption(OBJECT_STORE, choices=["radosgw"], help="run the tests of object stores on a real one")


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[ObjectServer]:
    """Return an object store with a bucket, whose copies are in a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("copies")))
        folder = tmp_path_factory.mktemp("objects")
        server = _gateway(folder) if pytestconfig.getoption(OBJECT_STORE) else ObjectServer(folder)
        try:
            yield server.start()
        finally:
            server.stop()


def _gateway(folder: Path) -> ObjectServer:
    from tests.rados_gateway import RadosGateway  # what it takes to load, few runs need

    return RadosGateway(folder)


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse every connection to another machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        _refuse_elsewhere(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        _refuse_elsewhere(sock, address)
        return connect_ex(sock, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def _refuse_elsewhere(sock: socket.socket, address: Any) -> None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        pytest.fail(f"A test tried to reach {host}; tests stay on this machine.")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Cluster"]:
    """Return a Spark cluster with two workers; whoever uses it is in the group `spark`."""
    from tests.spark.cluster import Cluster

    with Cluster(tmp_path_factory.mktemp("spark")) as started:
        yield started


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the browser's tests, which wait for pages to be drawn, more time than the others have."""
    if config.getoption(OBJECT_STORE):
        items[:] = [item for item in items if "objects" in getattr(item, "fixturenames", ())]
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(BROWSER_SECONDS))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in CI that skipped a test: what was skipped was not checked."""
    if _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why the run failed where tests were skipped."""
    if skipped := _skipped(config):
        terminalreporter.section("skipped in CI", red=True)
        terminalreporter.write_line(f"{skipped} skipped: in CI every test has to run.")


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if CI and reporter else 0
