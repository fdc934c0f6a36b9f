"""What stands in deploy/ fits together, and the app."""

import json
import re
import subprocess
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from lib.answers.latest_days import DayFigure, Latest
from lib.openai_admin.request_tally import RequestTally
from lib.ui import exposition, page_times
from tests.deploy.programs import program

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMMAND = ["streamlit", "run", "streamlit_app.py"]


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def expressions() -> list[str]:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))
    (rules,) = documents("prometheus-rules.yaml")
    drawn = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return drawn + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return the labels of each series that the app tells, where everything was counted once."""
    day = DayFigure(0, "p", "m", Decimal(1), 1)
    monkeypatch.setattr(exposition, "latest_days", lambda: (Latest("", 1.0, (day,)),))
    monkeypatch.setattr(exposition, "OF_PROCESS", RequestTally())
    monkeypatch.setattr(page_times, "_times", {})
    exposition.OF_PROCESS.answered(200)
    page_times.count("costs", 1.0)
    families = text_string_to_metric_families(exposition.exposition().decode())
    return {sample.name: {*sample.labels} for family in families for sample in family.samples}


@pytest.mark.parametrize("expression", expressions())
def test_dashboards_and_rules_name_what_the_app_tells(told: dict[str, set[str]], expression: str) -> None:
    names = re.findall(r"openai_usage_\w+", expression)
    labels = re.findall(r"(\w+)(?:!=|=~|=)\"", expression)
    labels += [
        name for group in re.findall(r"by \(([^)]*)\)", expression) for name in re.findall(r"\w+", group)
    ]

    assert names
    assert [name for name in names if name not in told] == []
    known = {"instance"}.union(*(told[name] for name in names))
    assert [label for label in labels if label not in known] == []


def test_every_metric_stands_in_the_documentation(told: dict[str, set[str]]) -> None:
    documented = (ROOT / "docs" / "running.md").read_text("utf-8")

    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told if not name.endswith("_created")}
    assert [name for name in sorted(families) if f"`{name}`" not in documented] == []


def test_prometheus_takes_the_rules() -> None:
    ran = subprocess.run(
        [program("promtool"), "check", "rules", str(DEPLOY / "prometheus-rules.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr


def test_the_image_copies_what_there_is_and_what_its_build_may_see() -> None:
    copied = [
        part for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.MULTILINE) for part in line.split()[:-1]
    ]
    seen = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[0] == "!"]

    assert {"lib", "pages", "streamlit_app.py", "requirements.txt", ".streamlit/config.toml"} <= {*copied}
    assert [part for part in copied if not (ROOT / part).exists()] == []
    assert [p for p in copied if not any(Path(p).match(pattern) for pattern in seen)] == []
    assert [p for p in copied if "secrets" in p] == []


def test_the_image_and_the_unit_run_the_command_of_the_readme() -> None:
    (said,) = re.findall(r"^CMD (.*)", DOCKERFILE, re.MULTILINE)
    readme = (ROOT / "README.md").read_text("utf-8")
    unit = (DEPLOY / "openai-usage.service").read_text("utf-8")

    assert json.loads(said) == COMMAND
    assert f".venv/bin/{' '.join(COMMAND)}\n" in readme
    assert f"/.venv/bin/{' '.join(COMMAND)}\n" in unit


def test_nothing_runs_as_root_or_writes_beside_the_store() -> None:
    compose = documents("compose.yaml")[0]["services"]
    (pod,) = (
        d["spec"]["template"]["spec"] for d in documents("kubernetes.yaml") if d["kind"] == "Deployment"
    )
    container = pod["containers"][0]

    assert re.findall(r"^USER (.*)", DOCKERFILE, re.MULTILINE) == [str(pod["securityContext"]["runAsUser"])]
    assert all(compose[name]["read_only"] for name in ("app1", "app2", "proxy"))
    assert container["securityContext"]["readOnlyRootFilesystem"]
    store = re.findall(r"USAGE_STORE_URI=(\S+)", DOCKERFILE)[0]
    assert {m["name"]: m["mountPath"] for m in container["volumeMounts"]}["store"] == store
    assert compose["app1"]["volumes"][0] == f"store:{store}"


def test_probes_ask_addresses_that_the_app_answers() -> None:
    pod = next(d for d in documents("kubernetes.yaml") if d["kind"] == "Deployment")["spec"]["template"][
        "spec"
    ]
    container = pod["containers"][0]
    probes = {
        name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("liveness", "readiness", "startup")
    }

    assert probes == {
        "liveness": "/healthz/live",
        "readiness": "/healthz/ready",
        "startup": "/healthz/live",
    }
    assert "http://127.0.0.1:8501/healthz/live" in DOCKERFILE


def test_the_proxy_leads_to_the_replicas_of_the_compose_file() -> None:
    config = (DEPLOY / "nginx.conf").read_text("utf-8")
    services = documents("compose.yaml")[0]["services"]

    assert re.findall(r"server (\w+):8501", config) == [name for name in services if name != "proxy"]


def test_the_documented_settings_can_be_read() -> None:
    text = (ROOT / "docs" / "running.md").read_text("utf-8")
    blocks = re.findall(r"^```(toml|yaml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)

    assert len(blocks) >= 2
    for language, block in blocks:
        assert tomllib.loads(block) if language == "toml" else yaml.safe_load(block)
