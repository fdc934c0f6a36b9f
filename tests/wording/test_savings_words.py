import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from lib.analysis.savings.effect import Effect, Verdict
from lib.analysis.savings.rules import batching, cheaper_models, idle_projects
from lib.analysis.savings.saving import Confidence, Saving, SavingRule
from lib.wording.savings_words import SIGNS, assumption, decided, listed, title, verdict


def made(rule: SavingRule, **facts: object) -> Saving:
    return Saving(rule, "proj_a", "key_a", "", facts, Confidence.LOW, 28, Decimal(28), pd.DataFrame)


def test_a_title_names_the_facts() -> None:
    assert title(made(cheaper_models.RULE, model="o1", other="gpt-6", why="newer")) == "Move from o1 to gpt-6"


def test_numbers_are_whole_percents() -> None:
    assert assumption(made(batching.RULE, part=1 / 3)).startswith("33% of what this key sends is batch")


def test_the_list_says_how_sure_each_saving_is() -> None:
    (row,) = listed([made(idle_projects.RULE)], {made(idle_projects.RULE).name: "Planned"}).to_dict("records")

    assert row["name"] == "idle:proj_a:key_a:"
    assert row["title"] == "Remove what an idle project still keeps"
    assert row["a_month"] == Decimal("30.4375")
    assert row["confidence"] == "●○○ low"
    assert row["decision"] == "Planned"
    assert list(listed([made(idle_projects.RULE)], {})["decision"]) == [""]


def test_a_decision_says_when_and_by_whom() -> None:
    at = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)

    assert decided("planned", at, "Ada") == "Planned on 3 Nov 2026 by Ada"
    assert decided("done", None, "") == "Done"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Effect(Verdict.WAITING, 3), "Too early to tell: 3 of the 7 final days that it takes"),
        (Effect(Verdict.UNUSED, 9), "Nothing was sent any more, over 9 days"),
        (
            Effect(Verdict.WORKED, 9, Decimal(9), Decimal("1.04")),
            "✓ It worked: 104.0% of what was expected, over 9 days",
        ),
        (
            Effect(Verdict.PARTLY, 9, Decimal(4), Decimal("0.5")),
            "▲ It worked in part: 50.0% of what was expected, over 9 days",
        ),
        (Effect(Verdict.NOT_SEEN, 9, Decimal(0), Decimal(0)), "– No effect can be seen, over 9 days"),
        (Effect(Verdict.DEARER, 9, Decimal(-9), Decimal(-1)), "✕ It costs more than before, over 9 days"),
    ],
)
def test_an_effect_says_whether_it_worked(found: Effect, said: str) -> None:
    assert verdict(found) == said


def test_every_confidence_has_a_shape_of_its_own() -> None:
    assert len(set(SIGNS.values())) == len(Confidence)
