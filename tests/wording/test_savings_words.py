from decimal import Decimal

import pandas as pd

from lib.analysis.savings.rules import batching, cheaper_models, idle_projects
from lib.analysis.savings.saving import Confidence, Saving, SavingRule
from lib.wording.savings_words import SIGNS, assumption, listed, title


def made(rule: SavingRule, **facts: object) -> Saving:
    return Saving(rule, "proj_a", "key_a", "", facts, Confidence.LOW, 28, Decimal(28), pd.DataFrame)


def test_a_title_names_the_facts() -> None:
    assert title(made(cheaper_models.RULE, model="o1", other="gpt-6", why="newer")) == "Move from o1 to gpt-6"


def test_numbers_are_whole_percents() -> None:
    assert assumption(made(batching.RULE, part=1 / 3)).startswith("33% of what this key sends is batch")


def test_the_list_says_how_sure_each_saving_is() -> None:
    (row,) = listed([made(idle_projects.RULE)]).to_dict("records")

    assert row["name"] == "idle:proj_a:key_a:"
    assert row["title"] == "Remove what an idle project still keeps"
    assert row["a_month"] == Decimal("30.4375")
    assert row["confidence"] == "●○○ low"


def test_every_confidence_has_a_shape_of_its_own() -> None:
    assert len(set(SIGNS.values())) == len(Confidence)
