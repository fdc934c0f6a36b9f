"""Facts are what the answers of the pages say; what is not known is not said to be over."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.alerts.declared_alerts import Alert, Scope
from lib.alerts.facts import About, Fact
from lib.alerts.finding import find, needs, place_of
from lib.answers.address import read
from lib.answers.instance import Backend
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY
from lib.store.records.coverage import Covered
from lib.store.records.notes import Note
from lib.store.records.revisions import Revision
from tests.alerts.places import NOW, TEAMS, TODAY, backend_of, billed, failing

pytestmark = pytest.mark.usefixtures("at_now")

ALL = frozenset(About)
URL = "json://127.0.0.1:9/5ecret"


def facts(
    backend: Backend, *about: About, project: str | None = None, team: str | None = None
) -> tuple[Fact, ...]:
    alert = Alert(URL, frozenset(about), Scope(project, team))
    place = place_of(backend, alert.scope, NOW)
    assert place
    return find(place, alert).facts


def history(project: str, dollars: str, *, last: str) -> list[dict[str, object]]:
    """Return nine weeks of the same bill a day up to 19 November, and what its last day came to."""
    day = dt.date(2026, 11, 19)
    rows = [billed(1, project, dollars) | {"start": (day - n * ONE_DAY).isoformat()} for n in range(1, 64)]
    return [*rows, billed(19, project, last)]


def all_stored(backend: Backend) -> None:
    for need in needs(TODAY)[1:]:
        if need.source != "costs":
            backend.store.mark([Covered(need.source, Width.DAY, need.window.first, need.window.end, NOW)])


def test_an_unusual_day_is_a_fact_that_leads_to_it(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": history("proj_search", "50", last="500")})
    all_stored(backend)

    (fact,) = facts(backend, About.ANOMALIES)

    assert fact.title == "Unusual: Search"
    assert fact.words.startswith(
        "Unusual, 19 Nov 2026: Search – spend up ($500.00 on 19 Nov 2026 instead of $50.00; $450.00 above "
    )
    assert (fact.size, fact.first, fact.last) == (Decimal(450), dt.date(2026, 11, 19), dt.date(2026, 11, 19))
    page, _, query = fact.page.partition("?")
    choices, said = read({k: [v] for k, v in (one.split("=") for one in query.split("&"))}, TODAY)
    assert (page, choices.first, choices.last, said) == ("anomalies", fact.first, fact.last, ())


def test_a_projects_unusual_day_is_told_to_it_and_not_to_another(tmp_path: Path) -> None:
    rows = [*history("proj_search", "50", last="500"), *history("proj_chat", "50", last="50")]
    backend = backend_of(tmp_path, {"costs": rows})
    all_stored(backend)

    assert [fact.title for fact in facts(backend, About.ANOMALIES, project="Search")] == ["Unusual: Search"]
    assert facts(backend, About.ANOMALIES, project="proj_chat") == ()


def test_a_teams_unusual_day_is_told_to_it_and_not_to_another(tmp_path: Path) -> None:
    growth = [row | {"api_key_id": "key_growth"} for row in history("proj_search", "50", last="500")]
    support = [row | {"api_key_id": "key_other"} for row in history("proj_search", "70", last="70")]
    backend = backend_of(tmp_path, {"costs": [*growth, *support]}, teams=TEAMS)
    all_stored(backend)

    (fact,) = facts(backend, About.ANOMALIES, team="growth")

    assert (fact.title, fact.size) == ("Unusual: Search", Decimal(450))
    assert fact.page.endswith("&team=Growth")
    assert "$500.00 on 19 Nov 2026 instead of $50.00" in fact.words
    assert facts(backend, About.ANOMALIES, team="Support") == ()


def test_a_teams_budget_is_a_fact_for_it_alone(tmp_path: Path) -> None:
    rows = [
        billed(2, "proj_search", "12.5") | {"api_key_id": "key_growth"},
        billed(2, "proj_search", "30") | {"api_key_id": "key_other"},
    ]
    budgets = "".join(f'[[budget]]\nteam = "{team}"\namount = 10\n' for team in ("Growth", "Support"))
    backend = backend_of(tmp_path, {"costs": rows}, f"version = 1\n{budgets}", TEAMS)

    for team, dollars in (("Growth", "$12.50"), ("Support", "$30.00")):
        (fact,) = facts(backend, About.BUDGETS, team=team)

        assert (fact.title, fact.page) == (f"Budget exceeded: {team} (team)", f"budgets?team={team}")
        assert f"{dollars} of $10.00 billed so far" in fact.words


def test_what_somebody_marked_as_expected_is_no_fact(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": history("proj_search", "50", last="500")})
    all_stored(backend)
    day = dt.date(2026, 11, 19)
    backend.store.write_note(Note("n", day, day, "load test", f"project:proj_search:{day}", NOW), NOW)

    assert facts(backend, About.ANOMALIES) == facts(backend, About.ANOMALIES, project="Search") == ()


def test_nothing_is_known_of_days_that_are_not_stored(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": history("proj_search", "50", last="500")})
    place = place_of(backend, Scope(), NOW)
    assert place

    found = find(place, Alert(URL, ALL))

    assert About.ANOMALIES not in found.known
    assert {About.BUDGETS, About.FORECAST, About.SYNC, About.REVISIONS, About.EXPIRING} <= found.known


def test_budgets_are_facts_of_their_month_and_amount(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": [billed(2, "proj_search", "12.5")]})

    (fact,) = facts(backend, About.BUDGETS)

    assert (fact.title, fact.page, fact.size) == ("Budget exceeded: Search (project)", "budgets", 2)
    assert fact.words.startswith("Exceeded. Search (project): $12.50 of $10.00 billed so far")
    assert fact.until == dt.date(2026, 11, 30)
    assert fact.about == {About.BUDGETS, About.FORECAST}


def test_a_forecast_over_budget_is_a_smaller_fact_than_a_budget_that_is_exceeded(tmp_path: Path) -> None:
    start = dt.date(2026, 9, 1)
    rows = [
        billed(1, "proj_search", "1") | {"start": (start + n * ONE_DAY).isoformat()}
        for n in range((TODAY - start).days)
    ]
    backend = backend_of(tmp_path, {"costs": rows}, "version = 1\n[[budget]]\namount = 25\n")

    (fact,) = facts(backend, About.FORECAST)

    assert (fact.title, fact.size) == ("Going over budget: Whole organization", 1)
    assert facts(backend, About.BUDGETS) == (fact,)
    assert fact.about == {About.FORECAST}


def revised(day: int, old: str, new: str, first_fetched: dt.datetime, seen_at: dt.datetime = NOW) -> Revision:
    date = dt.date(2026, 11, day)
    return Revision("costs", Width.DAY, date, "cost_usd", Decimal(old), Decimal(new), first_fetched, seen_at)


def test_a_bill_that_was_final_and_changed_is_an_event(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {})
    settled = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    early = dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
    backend.store.revise(
        [
            revised(10, "10", "12", settled),
            revised(11, "5", "4.99", settled),
            revised(9, "10", "12", early),
            revised(12, "1", "1.009", settled),
            revised(1, "10", "99", settled, NOW - 8 * ONE_DAY),
        ]
    )

    (fact,) = facts(backend, About.REVISIONS)

    assert fact.is_event
    assert fact.page == "data?from=2026-11-10&to=2026-11-11"
    assert fact.words == (
        "The bill of days that were final was revised: 10 Nov 2026 from $10.00 to $12.00, 11 Nov 2026 from "
        "$5.00 to $4.99; in all $1.99 more."
    )


def test_days_that_cannot_be_collected_are_a_fact_after_so_many_hours(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {})
    failing(backend, 5)
    assert facts(backend, About.SYNC) == ()

    later = NOW + dt.timedelta(hours=1)
    place = place_of(backend, Scope(), later)
    assert place
    (fact,) = find(place, Alert(URL, frozenset({About.SYNC}))).facts

    assert (fact.key, fact.page, fact.size) == ("sync:2026-11-23T07:00:00+00:00", "connection", 1)


def test_days_that_are_about_to_be_lost_are_a_fact(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {}, collect_minutes=0)

    (fact,) = facts(backend, About.EXPIRING)

    assert (fact.title, fact.page) == ("Days are about to be lost", "data")
    assert "the API serves them no more" in fact.words


@pytest.mark.parametrize("scope", [Scope("Serach"), Scope(team="Growht")])
@pytest.mark.parametrize("teams", [TEAMS, None, "version = 1\n[[team]]\n"])
def test_there_is_no_place_of_a_project_or_team_that_nobody_knows(
    tmp_path: Path, scope: Scope, teams: str | None
) -> None:
    assert place_of(backend_of(tmp_path, {}, teams=teams), scope, NOW) is None


def test_links_of_one_of_several_organizations_lead_to_it(tmp_path: Path) -> None:
    backend = backend_of(tmp_path, {"costs": [billed(2, "proj_search", "12.5")]}, organization="acme")

    assert [fact.page for fact in facts(backend, About.BUDGETS)] == ["budgets?organization=acme"]
