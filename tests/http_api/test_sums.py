import pytest

from tests.http_api.service import Service, billed, november, put, used

DAYS = {"from_": "2026-11-11", "to": "2026-11-20"}


@pytest.fixture
def token(service: Service) -> str:
    """Store twenty days of November, and return a token for all of it."""
    costs = [billed(5, "2"), billed(11, "0.000000000000000001"), billed(20, "2.5", "proj_b")]
    usage = [used(5, 1_000_000), used(12, 3_000_000)]
    put(service.folder, {"costs": costs, "completions": usage}, november(1, 20))
    return service.token()


def test_totals_are_exact_and_say_what_changed(service: Service, token: str) -> None:
    assert service.rows("totals", token, measure="spend", **DAYS) == [
        {
            "measure": "spend",
            "unit": "USD",
            "value": "2.500000000000000001",
            "before": "2",
            "difference": "0.500000000000000001",
            "change": 0.25,
        }
    ]


def test_an_answer_says_its_days_and_what_is_known_of_them(service: Service, token: str) -> None:
    answered = service.get("totals", token, measure="spend", from_="2026-11-19", to="2026-11-22")

    said = answered.json()
    assert said["answer"] == "totals"
    assert said["period"] == {"from": "2026-11-19", "to": "2026-11-22"}
    assert said["compared"] is None  # of the days before, not all are known of both
    assert said["coverage"] == {
        "complete": False,
        "final": [{"from": "2026-11-19", "to": "2026-11-19"}],
        "provisional": [{"from": "2026-11-20", "to": "2026-11-20"}],
        "missing": [{"from": "2026-11-21", "to": "2026-11-22"}],
        "unserved": [],
        "unattributed": [],
    }
    assert answered.headers["usage-period"] == "2026-11-19/2026-11-22"
    assert (
        answered.headers["usage-coverage"] == "final=1, provisional=1, missing=2, unserved=0, unattributed=0"
    )


def test_a_filter_keeps_the_rows_that_it_names(service: Service, token: str) -> None:
    def spend(**filters: str) -> str:
        return str(service.rows("totals", token, measure="spend", **DAYS, **filters)[0]["value"])

    assert [spend(project="proj_b"), spend(project="proj_z"), spend(model="gpt-6-sol")] == [
        "2.5",
        "0",
        "2.500000000000000001",
    ]


def test_a_series_has_the_known_buckets_and_says_which_are_final(service: Service, token: str) -> None:
    rows = service.rows("series", token, from_="2026-11-19", to="2026-11-22")

    assert rows == [
        {"start": "2026-11-19T00:00:00Z", "value": "0", "final": True},
        {"start": "2026-11-20T00:00:00Z", "value": "2.5", "final": False},
    ]


def test_a_series_by_a_dimension_has_the_groups_that_there_are(service: Service, token: str) -> None:
    rows = service.rows("series", token, by="project", grain="week", from_="2026-11-02", to="2026-11-20")

    assert [(row["start"][:10], row["project"], row["value"], row["final"]) for row in rows] == [
        ("2026-11-02", "proj_a", "2", True),
        ("2026-11-09", "proj_a", "0.000000000000000001", True),
        ("2026-11-16", "proj_b", "2.5", False),
    ]


def test_a_ratio_is_one_of_sums(service: Service, token: str) -> None:
    rows = service.rows(
        "totals", token, measure=["cost_per_million", "tokens"], from_="2026-11-01", to="2026-11-20"
    )

    assert [(row["measure"], row["value"]) for row in rows] == [
        ("cost_per_million", "0.5625"),
        ("tokens", "8000000"),
    ]


def test_a_ranking_is_by_one_dimension_or_two_with_what_was_before(service: Service, token: str) -> None:
    one = service.rows("ranking", token, by="project", **DAYS)
    two = service.rows("ranking", token, by=["project", "model"], **DAYS)

    assert [(row["project"], row["value"], row["before"], row["change"]) for row in one] == [
        ("proj_b", "2.5", "0", None),
        ("proj_a", "0.000000000000000001", "2", -1.0),
    ]
    assert [(row["project"], row["model"], row["value"], row["before"]) for row in two] == [
        ("proj_b", "gpt-6-sol", "2.5", "0"),
        ("proj_a", "gpt-6-sol", "0.000000000000000001", "2"),
    ]


def test_a_limit_keeps_the_largest_and_counts_the_rest(service: Service, token: str) -> None:
    answered = service.get("ranking", token, by="project", limit="1", **DAYS).json()

    assert ([row["project"] for row in answered["rows"]], answered["left_out"]) == (["proj_b"], 1)


def test_without_a_comparison_nothing_is_said_about_before(service: Service, token: str) -> None:
    answered = service.get("ranking", token, by="project", compare="none", **DAYS).json()

    assert answered["compared"] is None
    assert {(row["before"], row["difference"], row["change"]) for row in answered["rows"]} == {
        (None, None, None)
    }


def test_rows_are_the_stored_sums_of_a_source(service: Service, token: str) -> None:
    rows = service.rows("rows/completions", token, by="project", from_="2026-11-01", to="2026-11-20")

    assert [(row["start"][:10], row["project"], row["input_tokens"]) for row in rows] == [
        ("2026-11-05", "proj_a", 1_000_000),
        ("2026-11-12", "proj_a", 3_000_000),
    ]


def test_a_quantity_means_something_by_line_item_only(service: Service, token: str) -> None:
    days = {"from_": "2026-11-20", "to": "2026-11-20", "grain": "total"}

    assert [row["quantity"] for row in service.rows("rows/costs", token, **days)] == [None]
    assert [row["quantity"] for row in service.rows("rows/costs", token, by="line_item", **days)] == ["0"]
