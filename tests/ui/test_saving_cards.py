from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.savings.rules import batching, idle_projects, prompt_caching
from lib.analysis.savings.saving import ROWS, Confidence, Saving
from lib.ui import saving_cards
from tests.ui.drawn import drawn, layout


def page(draw: object) -> None:
    """Run what draws a card."""
    draw()  # type: ignore[operator]  # AppTest runs this without the imports


def rows() -> pd.DataFrame:
    return pd.DataFrame([["2026-11-02", "p", "k", "m", "default", "input", 4, 1, 3]], columns=list(ROWS))


@pytest.mark.parametrize(
    ("saving", "simulator", "profile"),
    [
        (
            Saving(batching.RULE, "p", "k", "", {"part": 0.5}, Confidence.HIGH, 28, Decimal(28), rows),
            {"open": "simulator", "of": "p:k", "batched": "100"},
            {"kind": "key", "id": "k"},
        ),
        (
            Saving(idle_projects.RULE, "p", "", "", {}, Confidence.HIGH, 28, Decimal(28), rows),
            None,
            {"kind": "project", "id": "p"},
        ),
        (
            Saving(
                prompt_caching.RULE,
                "p",
                "k",
                "m",
                {"own": Decimal("0.1"), "theirs": Decimal("0.62417"), "model": "m"},
                Confidence.MEDIUM,
                28,
                Decimal(28),
                rows,
            ),
            {"open": "simulator", "of": "p:k:m", "cached": "62.42"},
            {"kind": "key", "id": "k"},
        ),
    ],
)
def test_a_saving_leads_to_the_simulator_if_that_has_its_move_and_to_the_profile_of_its_key_or_project(
    monkeypatch: pytest.MonkeyPatch,
    saving: Saving,
    simulator: dict[str, str] | None,
    profile: dict[str, str],
) -> None:
    links: dict[str, Any] = {}
    monkeypatch.setattr(
        saving_cards, "show_page_link", lambda file, _, *, shared, **own: links.update({file: shared or own})
    )
    names = {"p": "Search", "k": "Nightly", "": "–"}

    app = AppTest.from_function(page, args=(lambda: saving_cards.saving_card(saving, names, names),)).run()

    assert not app.exception
    assert links == ({"savings": simulator} if simulator else {}) | {"profile": profile}
    assert list(app.dataframe[0].value[["project_id", "api_key_id"]].iloc[0]) == ["Search", "Nightly"]


def test_kinds_are_drawn_and_tabled_with_what_each_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    cards: list[tuple[Any, ...]] = []
    monkeypatch.setattr(saving_cards, "show_figure", lambda *given, **more: cards.append((*given, more)))
    rows = pd.DataFrame(
        {"group": ["Idle", "Batch"], "value": pd.Series([Decimal(5), Decimal(3)], dtype=object)}
    )
    found = SimpleNamespace(by_kind=rows, by_kind_drawn=rows.assign(value=[5.0, 3.0]))

    saving_cards.saving_kinds_card(cast("Any", found))

    ((question, drawing, table, columns, more),) = cards
    assert question == "Which kinds of savings were found?"
    assert "Idle" in str(drawing.to_dict())
    assert table is rows
    assert [(column.label, column.pinned) for column in columns.values()] == [
        ("Kind", True),
        ("Saved a month, estimate (USD)", False),
    ]
    assert more["alt_text"] == "Saved a month, estimate: $8.00 in total, the largest of 2 is Idle with $5.00."


def test_what_is_likely_and_what_could_be_is_set_beside_the_traffic_that_it_is_of() -> None:
    found: Any = SimpleNamespace(
        likely=lambda done: Decimal("10.4") if done == {"a"} else Decimal(99),
        at_most=lambda done: Decimal("20.6") if done == {"a"} else Decimal(99),
        worth_a_month=Decimal("30.6"),
    )

    app = drawn(lambda: saving_cards.show_savings(found, {"a"}))

    assert [(m.label, m.value) for m in app.metric] == [
        ("Likely to be saved a month (estimate)", "$10"),
        ("At most (estimate)", "$21"),
        ("That traffic a month, at list (estimate)", "$31"),
    ]
    assert layout(app)[0] == "grid of 3"
