from decimal import Decimal

import pandas as pd

from lib.analysis.peers import peers
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.measures import MEASURES

SPEND, CACHED = MEASURES["spend"], MEASURES["cached_share"]
CACHED_TERM, INPUT_TERM = "completions.input_cached_tokens", "completions.input_tokens"


def parts(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Return spend (USD), cached and input tokens by project, with every other term at zero."""
    terms = {f"{t.source}.{t.metric}" for m in (SPEND, CACHED) for t in (*m.terms, *m.per)}
    blank = dict.fromkeys(terms, 0)
    return pd.DataFrame(
        [
            blank | {"project_id": p, "costs.cost_usd": Decimal(usd), CACHED_TERM: cached, INPUT_TERM: tokens}
            for p, usd, cached, tokens in rows
        ]
    )


PROJECTS = parts(("a", "10.5", 5, 10), ("b", "1", 30, 100), ("c", "2", 0, 200), ("d", "4", 0, 0))


def test_a_sum_is_set_beside_the_median_of_the_others() -> None:
    (spend,) = peers(PROJECTS, [SPEND], "project_id", "a").to_dict("records")

    assert spend == {
        "measure": "Spend",
        "unit": "USD",
        "own": Decimal("10.5"),
        "others": Decimal(2),
        "rank": 1,
        "of": 4,
    }


def test_a_ratio_is_set_beside_the_ratio_of_the_others_sums() -> None:
    (cached,) = peers(PROJECTS, [CACHED], "project_id", "a").to_dict("records")

    # 30 of 300 tokens, not the average of 30% and 0%; the one without tokens has no share.
    assert (cached["own"], cached["others"], cached["rank"], cached["of"]) == (0.5, 0.1, 1, 3)


def test_who_has_no_value_has_no_rank() -> None:
    (cached,) = peers(PROJECTS, [CACHED], "project_id", "d").to_dict("records")

    assert (cached["own"], cached["rank"]) == (None, None)


def test_rows_without_an_id_are_nobodys_peers() -> None:
    found = peers(parts(("a", "1", 0, 0), (UNATTRIBUTED, "99", 0, 0)), [SPEND], "project_id", "a")

    assert (found["others"].iloc[0], found["of"].iloc[0]) == (None, 1)


def test_a_rank_counts_those_with_more_and_equals_share_it() -> None:
    same = parts(("a", "3", 0, 0), ("b", "3", 0, 0), ("c", "9", 0, 0), ("d", "1", 0, 0))

    ranks = [peers(same, [SPEND], "project_id", one)["rank"].iloc[0] for one in ("c", "a", "b", "d")]

    assert ranks == [1, 2, 2, 4]


def test_of_an_even_number_of_others_the_lower_middle_one_stands_for_them() -> None:
    others = parts(("a", "9", 0, 0), ("b", "1", 0, 0), ("c", "2", 0, 0))

    assert list(peers(others, [SPEND], "project_id", "a")["others"]) == [1]
    assert list(peers(others, [SPEND, CACHED], "project_id", "nobody")["own"]) == [None, None]
