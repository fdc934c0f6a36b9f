from importlib import import_module
from typing import Any

import pandas as pd
import pytest

from lib.tables import WATERFALL_STEPS
from lib.ui.picks import Pick

waterfall_card: Any = import_module("lib.ui.waterfall_card")  # a function of that name stands before it


def test_steps_are_drawn_tabled_and_described(monkeypatch: pytest.MonkeyPatch) -> None:
    cards: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    monkeypatch.setattr(waterfall_card, "show_figure", lambda *given, **more: cards.append((given, more)))
    steps = pd.DataFrame(
        [
            ("October", "total", 10.0, 0.0, 10.0),
            ("Search", "rise", 5.0, 10.0, 15.0),
            ("Now", "total", 15.0, 0.0, 15.0),
        ],
        columns=["group", "kind", "value", "from", "to"],
    )
    pick = Pick("project_id", {"Search": "proj_a"})

    waterfall_card.waterfall_card(
        "Why?",
        steps,
        WATERFALL_STEPS,
        title="Project",
        value_title="Billed",
        name="why",
        note="Note.",
        pick=pick,
    )

    ((question, drawing, table, columns), more) = cards[0]
    assert (question, columns) == ("Why?", WATERFALL_STEPS)
    assert table is steps
    assert "Search" in str(drawing.to_dict())
    assert "'title': 'Project'" in str(drawing.to_dict())
    assert "Billed, USD" in str(drawing.to_dict())
    assert (more["name"], more["note"], more["pick"]) == ("why", "Note.", pick)
    assert more["alt_text"].startswith("Billed: ")
