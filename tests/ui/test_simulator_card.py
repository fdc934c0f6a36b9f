"""The simulator starts from all traffic, or from that which a saving is about."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.savings.rules import batching, cheaper_models, idle_projects, prompt_caching
from lib.analysis.savings.saving import Confidence, Saving, SavingRule
from lib.answers import loading, savings_found
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.windows import Window
from lib.ui import simulator_card
from lib.ui.session import session
from lib.wording.labels import Labels
from tests.shown import shown
from tests.ui.drawn import drawn, layout

WINDOW = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 29))


def saving(rule: SavingRule, **facts: Any) -> Saving:
    return Saving(rule, "proj_a", "key_a", "big", facts, Confidence.HIGH, 28, Decimal(28), pd.DataFrame)


@pytest.mark.parametrize(
    ("found", "parameters"),
    [
        (saving(batching.RULE), {"batched": "100"}),
        (saving(cheaper_models.RULE, other="small"), {"move": "big", "onto": "small", "moved": "100"}),
        (saving(prompt_caching.RULE, theirs=0.52), {"cached": "52.00"}),
        (saving(prompt_caching.RULE, theirs=0.53217), {"cached": "53.22"}),
        (saving(idle_projects.RULE), {}),
    ],
)
def test_a_saving_is_tried_by_parameters(found: Saving, parameters: dict[str, str]) -> None:
    assert simulator_card.parameters_of(found) == {"of": "proj_a:key_a:big", **parameters}


class Simulator:
    """The simulator of a board of two months; `filters` are those of the traffic that it starts from."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, is_empty: bool = False) -> None:
        self.filters: list[Filters] = []
        self.figures: list[dict[str, Any]] = []
        self.empty: list[str] = []
        self._is_empty = is_empty
        monkeypatch.setattr(savings_found, "simulated", self._simulated)
        monkeypatch.setattr(loading, "load_values", lambda _backend: {"model": ["big", "big-2026-05-01"]})
        monkeypatch.setattr(simulator_card, "choose_moves", lambda _found: "moves")
        monkeypatch.setattr(simulator_card, "show_figure", lambda *_given, **more: self.figures.append(more))
        monkeypatch.setattr(simulator_card, "show_empty", lambda _view, what, _rows: self.empty.append(what))

    def _simulated(self, reading: Reading) -> Any:
        self.filters.append(reading.view.filters)
        return SimpleNamespace(is_empty=self._is_empty, months=self._months)

    def _months(self, moves: Any, count: int) -> pd.DataFrame:
        assert (moves, count) == ("moves", 6)
        return pd.DataFrame(
            {
                "month": [dt.date(2026, 12, 1), dt.date(2027, 1, 1)],
                "as_is": [Decimal(60), Decimal(40)],
                "then": [Decimal(50), Decimal(25)],
                "difference": [Decimal(-10), Decimal(-15)],
            }
        )

    def drawn(self, filters: Filters = EVERYTHING, **kept: list[str]) -> AppTest:
        backend: Any = SimpleNamespace(store=None)

        class Named(Reading):
            labels = Labels(())

            def any_rows(self, *_measure: Any) -> Any:
                return None

        def page() -> None:
            session().kept = {**kept, **session().kept}
            simulator_card.show_simulator(Named(backend, View(WINDOW, WINDOW.end, filters=filters)))

        return drawn(page)


def test_it_says_what_the_months_cost_as_it_is_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = Simulator(monkeypatch)

    app = simulator.drawn()

    assert [(m.label, shown(m.value)) for m in app.metric] == [
        ("6 months as it is (estimate)", "$100"),
        ("6 months then (estimate)", "$75"),
        ("Difference (estimate)", "−$25"),
    ]
    assert shown(app.metric[2].help) == "−25.0%"
    assert simulator.figures[0]["alt_text"] == ("Spend by month: $100 in 6 months as it is, $75 then.")
    assert simulator.filters == [EVERYTHING]
    assert len(app.button_group) == 0


def test_a_saving_that_is_tried_starts_from_its_own_traffic(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = Simulator(monkeypatch)
    model = Filters.of({"model": ["big"]})

    simulator.drawn(model, of=["proj_a:key_a"])
    simulator.drawn(of=["proj_a:key_a:big"])
    app = simulator.drawn(model, of=["proj_a:"])

    assert simulator.filters == [
        Filters.of({"model": ["big"], "project_id": ["proj_a"], "api_key_id": ["key_a"]}),
        Filters.of({"project_id": ["proj_a"], "api_key_id": ["key_a"], "model": ["big", "big-2026-05-01"]}),
        Filters.of({"model": ["big"], "project_id": ["proj_a"]}),
    ]
    assert [shown(option) for option in app.button_group[0].options] == ["All", "proj_a"]

    app.button_group[0].set_value("all").run()

    assert simulator.filters[-1] == model


def test_where_there_is_no_traffic_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = Simulator(monkeypatch, is_empty=True)

    app = simulator.drawn()

    assert (simulator.empty, len(app.metric), simulator.figures) == (
        ["tokens with a list price"],
        0,
        [],
    )


def test_the_three_sums_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "grid of 3" in layout(Simulator(monkeypatch).drawn())
