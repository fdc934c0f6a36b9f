"""Who is answered: whoever brings a token that holds, and only for as long as it does."""

import datetime as dt
import time
from typing import Any

import pytest

from lib.answers import instance
from lib.http_api import bearers
from lib.store import token_keeping
from lib.store.usage_store import Store
from tests.http_api.service import NOW, Service

NAMED = 'Bearer realm="openai-usage"'


def refused(service: Service, token: str | None, **more: Any) -> tuple[int, str, str]:
    answered = service.get("totals", token, **more)
    assert answered.headers["content-type"] == "application/problem+json"
    return answered.status_code, answered.json()["detail"], answered.headers["www-authenticate"]


def test_without_a_token_nothing_is_told_wherever_the_app_listens(service: Service) -> None:
    said = "Send a token as Authorization: Bearer TOKEN. Whoever runs this app makes them."

    assert refused(service, None) == (401, said, NAMED)
    assert service.audited() == []


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "usage_token", "Bearer  \t", "bearer"]
)
def test_what_is_no_bearer_token_is_none(service: Service, header: str) -> None:
    assert service.get("totals", None, {"Authorization": header}).status_code == 401


def test_an_unknown_token_is_refused_and_written_down_without_it(service: Service) -> None:
    status, said, header = refused(service, "usage_guessed")

    assert (status, said) == (401, "There is no such token. Whoever runs this app makes them.")
    assert header == f'{NAMED}, error="invalid_token", error_description="there is no such token"'
    assert service.audited() == [("refusal", "unknown", "HTTP API: there is no such token")]


def test_guesses_are_written_down_once_a_minute(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    for seconds in (0, 1, 59, 61):
        monkeypatch.setattr(bearers.time, "monotonic", lambda at=began + seconds: at)
        refused(service, f"usage_guess_{seconds}")

    assert len(service.audited()) == 2


def test_a_token_lets_in_until_it_expires(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    token = service.token("Grafana", days=1)

    assert service.get("totals", token).status_code == 200
    monkeypatch.setattr(instance, "now", lambda: NOW + dt.timedelta(days=1, microseconds=-1))
    assert service.get("totals", token).status_code == 200
    monkeypatch.setattr(instance, "now", lambda: NOW + dt.timedelta(days=1))

    assert refused(service, token)[1] == "The token has expired. Ask whoever runs this app for another."
    (who,) = {who for event, who, _ in service.audited() if event == "refusal"}
    assert who.startswith("token “Grafana” (")


def test_a_token_that_another_process_revokes_ends_at_once(service: Service) -> None:
    token, other = service.token("Grafana"), service.token("Excel")
    log = Store(str(service.folder)).api_tokens
    found = token_keeping.called(log, "Grafana", NOW)
    assert found
    assert service.get("totals", token).status_code == 200

    token_keeping.revoke(log, found, by="Ada", now=NOW)

    assert refused(service, token)[1] == "The token was revoked. Ask whoever runs this app for another."
    assert service.get("totals", other).status_code == 200


def test_what_is_told_is_written_down(service: Service) -> None:
    token = service.token("Grafana")

    service.get("totals", token, period="7d", format="csv")
    service.get("totals", token, period="never")

    ((event, who, what),) = service.audited()
    assert (event, what) == ("export", "HTTP API: totals?period=7d&format=csv as csv")
    assert who.startswith("token “Grafana” (")
    assert token not in (service.folder / "audit.log").read_text()


def test_a_store_whose_tokens_cannot_be_read_tells_nobody_anything(service: Service) -> None:
    log = Store(str(service.folder)).api_tokens  # by another process
    _, token = token_keeping.make(log, "Grafana", 1, by="Ada", now=NOW)
    for entry in (service.folder / "tokens" / "_delta_log").glob("*.json"):
        entry.write_text("no commit")

    answered = service.get("totals", token)

    assert (answered.status_code, answered.json()["code"]) == (503, "store_failed")
    assert str(service.folder) not in answered.text


def test_with_a_setting_that_cannot_be_used_nobody_is_told_anything(service: Service) -> None:
    token = service.token()
    service.secrets["sync"] = {"settle_days": "x"}

    answered = service.get("totals", token)

    assert (answered.status_code, answered.json()["code"]) == (503, "not_set_up")
