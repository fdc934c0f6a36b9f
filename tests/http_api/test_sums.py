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
