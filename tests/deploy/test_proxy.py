"""Two replicas behind Debian's nginx as deploy/ sets it up, watched by Debian's Prometheus."""

import datetime as dt
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from lib.cli.proxy_configuration import whole_configuration
from lib.periods.widths import Width
from lib.settings import Settings
from lib.store import token_keeping
from lib.store.records.coverage import Covered
from tests.deploy.programs import program, until
from tests.ports import free_port
from tests.stored import filled
from tests.tiny_api import KEY, TinyApi

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("proxy")


@dataclass
class Site:
    """A proxy, its replicas by port, what they said on standard error, and Prometheus."""

    folder: Path
    proxy: int
    plain: int
    replicas: dict[int, subprocess.Popen[bytes]]
    prometheus: int

    def get(self, path: str, **more: Any) -> requests.Response:
        address = f"https://127.0.0.1:{self.proxy}{path}"
        certificate = str(self.folder / "fullchain.pem")
        return requests.get(address, {"nth": uuid4().hex}, verify=certificate, timeout=30, **more)

    def replica_of(self, answer: requests.Response) -> int:
        """Return the port of the replica that gave an answer, by the line that nginx writes after it."""
        nth = str(answer.request.url).rpartition("=")[2]
        alive = next(each for each in self.replicas.values() if each.poll() is None)
        until(lambda: nth in self.asked(), alive)
        return self.asked()[nth]

    def asked(self) -> dict[str, int]:
        lines = (self.folder / "asked.log").read_text().splitlines()
        answered = [line.partition(" ") for line in lines if ":" in line]
        return {nth: int(replicas.rpartition(":")[2]) for nth, _, replicas in answered}

    def said(self, port: int) -> str:
        return (self.folder / f"{port}.log").read_text()


def answers(port: int, path: str, status: int = 200) -> bool:
    try:
        return (
            requests.get(f"http://127.0.0.1:{port}{path}", timeout=30, allow_redirects=False).status_code
            == status
        )
    except requests.ConnectionError:
        return False


def started(command: list[str], log: Path, opened: ExitStack, **environment: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=opened.enter_context(log.open("wb")),
    )
    opened.callback(process.wait)
    opened.callback(process.terminate)
    return process


def replica(port: int, folder: Path, api: TinyApi, opened: ExitStack) -> subprocess.Popen[bytes]:
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    options += ["--secrets.files", str(folder / "secrets.toml")]
    return started(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options],
        folder / f"{port}.log",
        opened,
        OPENAI_ADMIN_KEY=KEY,
        OPENAI_BASE_URL=api.base_url,
        USAGE_STORE_URI=str(folder / "store"),
        USAGE_LOG_FORMAT="json",
    )


def proxied(folder: Path, proxy: int, plain: int, ports: list[int]) -> Path:
    """Return the file of a whole nginx with the site of deploy/ in it, at other ports."""
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for nth, port in enumerate(ports, start=1):
        site = site.replace(f"app{nth}:8501", f"127.0.0.1:{port}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{proxy} ssl;")
    site = site.replace("/etc/nginx/certificate", str(folder))
    log = f"log_format asked '$arg_nth $upstream_addr'; access_log {folder}/asked.log asked;"
    (folder / "nginx.conf").write_text(whole_configuration(folder, f"{log}\n{site}"))
    return folder / "nginx.conf"


def certify(folder: Path) -> None:
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, today = tmp_path_factory.mktemp("site"), dt.datetime.now(dt.UTC).date()
    (folder / "secrets.toml").write_text("[sync]\nevery_minutes = 0\n")
    row = {"start": today.isoformat(), "project_id": "proj_1", "line_item": "gpt-6-sol, input"}
    store = filled(folder / "store", "costs", {**row, "cost_usd": Decimal("12.5")})
    now = dt.datetime.now(dt.UTC)
    store.mark([Covered("costs", Width.DAY, today, today + dt.timedelta(days=1), now)])
    ports, proxy, plain, watching = [free_port(), free_port()], free_port(), free_port(), free_port()
    certify(folder)
    targets = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        f"rule_files: ['{ROOT}/deploy/prometheus-rules.yaml']\n"
        f"scrape_configs: [{{job_name: usage, static_configs: [{{targets: [{targets}]}}]}}]\n"
    )
    with ExitStack() as opened:
        api = opened.enter_context(TinyApi())
        replicas = {port: replica(port, folder, api, opened) for port in ports}
        config = str(proxied(folder, proxy, plain, ports))
        nginx = started([program("nginx"), "-p", str(folder), "-c", config], folder / "nginx.log", opened)
        prometheus = started(
            [
                program("prometheus"),
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/tsdb",
                f"--web.listen-address=127.0.0.1:{watching}",
            ],
            folder / "prometheus.log",
            opened,
        )
        for port, process in replicas.items():
            until(lambda port=port: answers(port, "/healthz/ready"), process)
        until(lambda: answers(plain, "/", 308), nginx)
        until(lambda: answers(watching, "/-/ready"), prometheus)
        yield Site(folder, proxy, plain, replicas, watching)


def socket_of(site: Site, cookies: str = "") -> ClientConnection:
    """Return an open page, as a browser with such cookies opens it through the proxy."""
    context = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    return connect(
        f"wss://127.0.0.1:{site.proxy}/_stcore/stream",
        ssl=context,
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookies} if cookies else {},
        max_size=None,
    )


def run_again(socket: Any) -> str:
    """Let the script run, and return the id of the session that it ran in."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    socket.send(message.SerializeToString())
    session = ""
    while True:
        answer = ForwardMsg.FromString(socket.recv(timeout=60))
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            session = answer.new_session.initialize.session_id
        if kind == "script_finished":
            return session


def test_a_session_survives_its_reruns(site: Site) -> None:
    with socket_of(site) as socket:
        sessions = [run_again(socket) for _ in range(3)]

    assert sessions[0]
    assert {*sessions} == {sessions[0]}


def test_a_browser_stays_with_its_replica(site: Site) -> None:
    first = site.get("/healthz/live")
    again = [site.get("/healthz/live", cookies=first.cookies) for _ in range(6)]

    assert not any("set-cookie" in each.headers for each in again)

    assert re.search(
        r"usage_replica=\w{32}; Path=/; HttpOnly; Secure; SameSite=Lax", first.headers["set-cookie"]
    )
    assert {site.replica_of(each) for each in again} == {site.replica_of(first)}


def test_the_proxy_keeps_to_tls_and_keeps_the_metrics_inside(site: Site) -> None:
    plain = requests.get(f"http://127.0.0.1:{site.plain}/costs?a=1", allow_redirects=False, timeout=30)

    assert (plain.status_code, plain.headers["location"]) == (308, "https://127.0.0.1/costs?a=1")
    assert site.get("/metrics").status_code == 404
    headers = site.get("/").headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["x-content-type-options"] == "nosniff"


def series(site: Site, query: str) -> dict[str, float]:
    address = f"http://127.0.0.1:{site.prometheus}/api/v1/query"
    found = requests.get(address, {"query": query}, timeout=30).json()["data"]["result"]
    return {each["metric"].get("instance", ""): float(each["value"][1]) for each in found}


def test_prometheus_reads_every_replica(site: Site) -> None:
    both = {f"127.0.0.1:{port}": 1.0 for port in site.replicas}
    anyone = next(iter(site.replicas.values()))

    until(lambda: series(site, "up") == both, anyone)
    until(lambda: series(site, "openai_usage_ready") == both, anyone)

    spent = series(site, 'sum by (instance) (openai_usage_spend_usd{days_ago="0"})')
    assert {*spent.values()} == {12.5}


def test_every_replica_tells_a_program_the_same_until_its_token_is_revoked(site: Site) -> None:
    log = token_keeping.kept_tokens(Settings(KEY, store_uri=str(site.folder / "store")))
    now = dt.datetime.now(dt.UTC)
    token, secret = token_keeping.make(log, "Grafana", 1, by="Ada", now=now, projects=["proj_1"])
    certificate = str(site.folder / "fullchain.pem")
    places = [f"https://127.0.0.1:{site.proxy}", *(f"http://127.0.0.1:{port}" for port in site.replicas)]

    def told(query: str, **more: str) -> list[requests.Response]:
        headers = {"Authorization": f"Bearer {secret}", **more}
        asked = [f"{place}/api/v1/totals?measure=spend&{query}" for place in places]
        return [requests.get(each, headers=headers, verify=certificate, timeout=60) for each in asked]

    answers_ = told("period=today")
    assert [each.json()["rows"][0]["value"] for each in answers_] == ["12.5"] * 3
    assert {each.content for each in answers_} == {answers_[0].content}
    assert {each.status_code for each in told("period=never")} == {400}
    assert {each.status_code for each in told("period=today", Host="evil.example.org")} == {400}

    token_keeping.revoke(log, token, by="Ada", now=dt.datetime.now(dt.UTC))

    assert {each.status_code for each in told("period=today")} == {401}
    assert not [port for port in site.replicas if "Traceback" in site.said(port)]


def test_a_replica_that_is_stopped_loses_nobodys_data_and_says_no_traceback(site: Site) -> None:
    first = site.get("/healthz/ready")
    port = site.replica_of(first)
    stopped = site.replicas[port]

    with socket_of(site, first.headers["set-cookie"].partition(";")[0]) as page:
        assert run_again(page)
        stopped.send_signal(signal.SIGTERM)
        code = stopped.wait(timeout=20)

    again = site.get("/healthz/ready", cookies=first.cookies)
    assert code in (0, -signal.SIGTERM)
    assert "Traceback" not in site.said(port)
    assert all(json.loads(line)["message"] for line in site.said(port).splitlines())
    assert again.json()["sync_age_seconds"] is not None
    assert site.replica_of(again) != port
