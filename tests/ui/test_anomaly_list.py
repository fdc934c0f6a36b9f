"""The list of anomalies: what is judged, who is named, and a message about each."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from lib.analysis.anomalies.panel import BY
from lib.answers.view import View
from lib.catalog.dimensions import UNATTRIBUTED
from lib.engine.filters import Filters
from lib.openai_admin.name_lists import Name
from lib.periods.presets import Comparison
from lib.periods.windows import Window
from lib.ui import anomaly_list
from lib.wording.labels import Labels
from tests.analysis.anomalies.test_detection import NOVEMBER, november
from tests.ui.drawn import drawn, values
from tests.ui.test_anomaly_card import ANOMALY, CALLED, NOW


def test_everybody_who_is_named_has_a_label_and_nobody_a_dash() -> None:
    reading: Any = SimpleNamespace(labels=Labels(()))

    named = anomaly_list.names(reading, [ANOMALY])

    assert {"shop", ""} <= set(named["project_id"])
    assert {name: named[name][""] for name in BY} == dict.fromkeys(BY, "–")
    assert {"web", ""} <= set(named["api_key_id"])
    assert named["model"]["big"] == "big"


def test_a_list_is_read_in_names_and_ranges_of_days() -> None:
    owner = Name("api_key", "web", "Web key", owner_id="u1"), Name("user", "u1", "Ada")
    reading: Any = SimpleNamespace(labels=Labels(owner))
    listed = pd.DataFrame(
        [(november(10), november(12), "shop", "web", "big")],
        columns=["first", "last", "project_id", "api_key_id", "model"],
    )

    read = anomaly_list.in_names(listed, CALLED, reading)

    assert list(read[["days", "project_id", "api_key_id", "model"]].iloc[0]) == [
        "10–12 Nov 2026",
        "*Shop*",
        "Web key",
        "Big",
    ]
    assert list(read["owner"]) == ["Ada"]
    assert list(read["profile"]) == ["profile?kind=key&id=web"]


def test_what_days_are_compared_with_is_fetched_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def require(view: View, sources: Any) -> Any:
        asked.append((view, {source.name for source in sources}))
        return SimpleNamespace(backend="backend")

    monkeypatch.setattr(anomaly_list, "require", require)
    view = View(NOVEMBER, NOW.date(), filters=Filters.of({"project_id": ["shop"]}))

    reading = anomaly_list.require_history(view)

    ((whole, sources),) = asked
    assert whole == replace(
        view, window=Window(dt.date(2026, 9, 6), NOVEMBER.end), comparison=Comparison.NONE
    )
    assert {"costs", "completions"} <= sources
    assert (reading.backend, reading.view) == ("backend", view)


@pytest.mark.parametrize(
    ("dimension", "value"), [("model", "big"), ("project_id", UNATTRIBUTED), ("api_key_id", "")]
)
def test_models_and_those_without_a_name_have_noprofile_link(dimension: str, value: str) -> None:
    assert anomaly_list.profile_link(dimension, value) is None


def test_the_message_leads_to_the_days_of_the_anomaly_under_the_same_filters() -> None:
    row = {
        "days": "10 Nov 2026",
        "project_id": "*Shop*",
        "what": "Spend up",
        "how": "$410.00 on 10 Nov 2026 instead of $80.00",
        "impact": None,
        "state": "",
        "api_key_id": "–",
        "owner": "",
        "model": "Big",
    }
    view = View(NOVEMBER, NOW.date(), filters=Filters.of({"project_id": ["shop"]}))

    app = drawn(lambda: anomaly_list.show_message(row, ANOMALY, view))

    assert app.code[0].proto.wrap_lines
    assert values(app.code) == [
        "Unusual, 10 Nov 2026: *Shop* – spend up ($410.00 on 10 Nov 2026 instead of $80.00). Model: Big. "
        "Was this expected? "
        "anomalies?from=2026-11-10&to=2026-11-10&project=shop&odd=project%3Ashop%3A2026-11-10"
    ]


def test_a_part_of_the_list_keeps_each_rows_own_page() -> None:
    reading: Any = SimpleNamespace(labels=Labels(()))
    listed = pd.DataFrame(
        [(november(10), november(10), project, "", "") for project in ("shop", "desk")],
        columns=["first", "last", "project_id", "api_key_id", "model"],
    )

    read = anomaly_list.in_names(listed.iloc[1:], CALLED, reading)

    assert list(read["profile"]) == ["profile?kind=project&id=desk"]
