import pandas as pd

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.sources import SOURCES
from lib.wording.definitions import field_definitions, measure_definitions


def definition(label: str) -> pd.Series:
    found = measure_definitions(DIMENSIONS)
    assert list(found["measure"]) == [m.label for m in MEASURES.values()]
    return found.set_index("measure").loc[label]


def test_a_sum_is_defined_by_its_terms() -> None:
    defined = definition("Uncached input")

    assert defined["computed"] == (
        "completions.input_tokens + decisions.input_tokens "
        "− completions.input_cached_tokens − decisions.input_cached_tokens "
        "− completions.input_cache_write_tokens − decisions.input_cache_write_tokens"
    )
    assert defined["unit"] == "tokens"
    assert (
        defined["by"] == "Project, User, API key, Model, Batch, Service tier, API source, Team, Organization"
    )


def test_a_ratio_is_defined_by_both_its_sums() -> None:
    assert definition("Cached share")["computed"] == (
        "(completions.input_cached_tokens + decisions.input_cached_tokens) "
        "÷ (completions.input_tokens + decisions.input_tokens)"
    )
    assert definition("Cost per 1M tokens")["computed"].startswith("(costs.cost_usd) ÷ (")
    assert definition("Cost per 1M tokens")["computed"].endswith(") × 1,000,000")


def test_every_field_that_is_kept_is_defined() -> None:
    found = field_definitions()

    assert len(found) == sum(len(s.metrics) for s in SOURCES.values())
    assert found[found["source"] == "Costs"].to_dict("records")[0] == {
        "source": "Costs",
        "path": "/organization/costs",
        "field": "amount",
        "label": "Billed",
        "unit": "USD",
        "part_of": "",
    }
    cached = found[(found["source"] == "Completions") & (found["field"] == "input_cached_tokens")]
    assert list(cached["part_of"]) == ["input_tokens"]
