import datetime as dt
from typing import Any

import pytest

from lib.alerts.declared_alerts import Alert, Every, Scope, load_alerts
from lib.alerts.facts import About
from lib.alerts.quiet_hours import QuietHours
from lib.errors import SettingsError

URL = "slack://TokenA5ecret/TokenB/TokenC"


def test_an_alert_without_more_tells_everything() -> None:
    (alert,) = load_alerts({"alerts": [{"url": URL}]}).alerts

    assert alert == Alert(URL, frozenset(About))
    assert URL not in repr(alert)


@pytest.mark.parametrize(
    ("part", "scope"), [({"project": "Search"}, Scope("Search")), ({"team": "Growth"}, Scope(team="Growth"))]
)
def test_the_alert_of_a_project_or_team_tells_what_can_be_told_of_it(
    part: dict[str, str], scope: Scope
) -> None:
    (alert,) = load_alerts({"alerts": [{"url": URL, **part}]}).alerts

    assert alert.about == {About.ANOMALIES, About.BUDGETS, About.FORECAST}
    assert alert.scope == scope


def test_an_alert_that_names_an_organization_is_about_no_other() -> None:
    tables = [{"url": URL, "organization": "acme"}, {"url": URL, "organization": "labs"}]

    declared = load_alerts({"alerts": tables}, ["acme", "labs"])

    assert [alert.organization for alert in declared.of("labs").alerts] == ["labs"]
    assert declared.of(None).alerts == ()


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (["labs", "acme"], "there are acme, labs."),
        ([], "there is one organization, without a name."),
    ],
)
def test_an_organization_that_there_is_not_is_told(known: list[str], said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_alerts({"alerts": [{"url": URL, "organization": "amce"}]}, known)

    assert str(wrong.value) == (
        f"[[alerts]] organization in .streamlit/secrets.toml must be the name of an organization; {said}"
    )


def test_a_digest_alone_tells_nothing_else() -> None:
    (alert,) = load_alerts({"alerts": [{"url": URL, "digest": "weekly"}]}).alerts

    assert (alert.digest, alert.about) == (Every.WEEK, frozenset())


def test_every_setting_is_read() -> None:
    said = {
        "url": f" {URL} ",
        "name": "Finance",
        "about": ["sync", "budgets"],
        "digest": "daily",
        "quiet": "20:00-08:00",
        "sync_hours": 12,
    }

    (alert,) = load_alerts({"alerts": [said]}).alerts

    assert alert == Alert(
        URL,
        frozenset({About.SYNC, About.BUDGETS}),
        Scope(),
        Every.DAY,
        QuietHours(dt.time(20), dt.time(8)),
        12,
        "Finance",
    )


@pytest.mark.parametrize(
    ("secrets", "address"),
    [
        ({}, ""),
        ({"app": {"address": "https://usage.example.com/"}}, "https://usage.example.com"),
        ({"app": {"time_zone": "Europe/Berlin"}}, ""),
        ({"auth": {"redirect_uri": "https://usage.example.com/oauth2callback"}}, "https://usage.example.com"),
    ],
)
def test_links_lead_to_where_people_open_the_app(secrets: dict[str, Any], address: str) -> None:
    assert load_alerts(secrets).address == address


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "[[alerts]] url in .streamlit/secrets.toml must be there"),
        ({"url": "TokenA5ecret"}, "[[alerts]] url in .streamlit/secrets.toml must be an address in quotes"),
        ({"url": 5}, "[[alerts]] url in .streamlit/secrets.toml must be an address in quotes"),
        (
            {"url": URL, "about": ["everything"]},
            "about in .streamlit/secrets.toml must be a list of anomalies",
        ),
        ({"url": URL, "about": "sync"}, "must be a list of anomalies"),
        ({"url": URL, "about": []}, "tells nothing: give it about or digest."),
        ({"url": URL, "digest": "hourly"}, "must be one of daily, weekly, monthly"),
        ({"url": URL, "quiet": "night"}, "must be two times of day"),
        ({"url": URL, "quiet": 8}, "must be two times of day"),
        ({"url": URL, "sync_hours": 0}, "must be a whole number of hours"),
        ({"url": URL, "project": "Search", "about": ["sync"]}, "can only be anomalies, budgets, forecast"),
        ({"url": URL, "team": "Growth", "about": ["sync"]}, "budgets, forecast where it has a team."),
        ({"url": URL, "team": "Growth", "project": "Search"}, "takes a project or a team, not both."),
        ({"url": URL, "view": "Costs"}, "has a view, which only a digest shows: give it digest."),
        ({"url": URL, "team": 5}, "[[alerts]] team in .streamlit/secrets.toml must be text in quotes."),
        ({"url": URL, "tokena5ecret": 1}, "is not a setting. [[alerts]] takes about, digest, name"),
        ({"url": URL, "together": True}, "together in .streamlit/secrets.toml is for a digest alone"),
        (
            {"url": URL, "together": True, "digest": "daily", "organization": "acme"},
            "is for a digest alone: give it no about and no organization. Facts are told of each",
        ),
        ({"url": URL, "together": "yes", "digest": "daily"}, "must be true or false, without quotes."),
        ("TokenA5ecret", "[[alerts]] in .streamlit/secrets.toml must be a table."),
    ],
)
def test_what_is_wrong_is_told_without_the_address(table: Any, said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_alerts({"alerts": [table]})

    assert said in str(wrong.value)
    assert "A5ecret" not in str(wrong.value)
    assert wrong.value.__context__ is None


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({"alerts": {"url": URL}}, "must be tables, each headed [[alerts]]"),
        ({"alerts": [{"url": URL}, {"url": 7}]}, "[[alerts]] number 2 url"),
        (
            {"alerts": [{"url": URL}, {"url": URL, "about": ["sync"]}]},
            "number 2 tells a receiver what an earlier",
        ),
        (
            {"alerts": [{"url": URL}, {"url": URL, "organization": "acme"}]},
            "number 2 tells a receiver what an earlier",
        ),
        (
            {"alerts": [{"url": URL, "digest": "daily", "together": True}]},
            "[[alerts]] together in .streamlit/secrets.toml needs several organizations.",
        ),
        (
            {"app": {"address": "usage.example.com"}},
            "[app] address in .streamlit/secrets.toml must be the address",
        ),
        ({"app": {"adress": "x"}}, "[app] adress in .streamlit/secrets.toml is not a setting"),
        ({"app": "x"}, "[app] in .streamlit/secrets.toml must be a table"),
    ],
)
def test_what_is_wrong_between_tables_or_with_the_address_is_told(secrets: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_alerts(secrets, ["acme"])

    assert said in str(wrong.value)


TEXT = "must be text in quotes."
NAME = "must be text in quotes, at most 60 letters."
HOURS = "must be a whole number of hours from 1 to 720."


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        *(
            (name, bad, TEXT)
            for name in ("project", "team", "organization", "view")
            for bad in (5, "", ["x"])
        ),
        *(("name", bad, NAME) for bad in (5, "x" * 61)),
        *(("sync_hours", bad, HOURS) for bad in (0, 721, 1.5, "6", True)),
    ],
)
def test_a_value_that_cannot_be_is_told_with_the_rule_that_it_breaks(
    name: str, value: object, rule: str
) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_alerts({"alerts": [{"url": URL, name: value}]}, ["x"])

    assert str(wrong.value) == f"[[alerts]] {name} in .streamlit/secrets.toml {rule}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("project", "a"),
        ("team", "a"),
        ("organization", "a"),
        ("name", "x" * 60),
        ("sync_hours", 1),
        ("sync_hours", 720),
    ],
)
def test_the_least_and_the_most_that_can_be_are_taken(name: str, value: object) -> None:
    (alert,) = load_alerts({"alerts": [{"url": URL, name: value}]}, ["a"]).alerts

    assert value in (*vars(alert).values(), *vars(alert.scope).values())


def test_the_address_of_the_app_is_text() -> None:
    with pytest.raises(SettingsError) as wrong:
        load_alerts({"app": {"address": 5}})

    assert str(wrong.value) == f"[app] address in .streamlit/secrets.toml {TEXT}"


def test_a_receiver_can_be_sent_a_digest_of_each_organization_and_one_of_all_together() -> None:
    tables = [{"url": URL, "digest": "daily"}, {"url": URL, "digest": "daily", "together": True}]

    declared = load_alerts({"alerts": tables}, ["acme", "labs"])

    assert [alert.together for alert in declared.of("acme").alerts] == [False]
    assert [alert.together for alert in declared.of_all_together.alerts] == [True]


def test_a_receiver_can_be_sent_several_views() -> None:
    tables = [{"url": URL, "digest": "daily", **more} for more in ({}, {"view": "One"}, {"view": "Two"})]

    assert [alert.view for alert in load_alerts({"alerts": tables}).alerts] == ["", "One", "Two"]


def test_one_receiver_can_be_told_of_different_things_in_different_ways() -> None:
    quiet = {"url": URL, "about": ["anomalies"], "quiet": "20:00-08:00"}

    assert (
        len(
            load_alerts(
                {"alerts": [quiet, {"url": URL, "about": ["sync"]}, {"url": URL, "digest": "daily"}]}
            ).alerts
        )
        == 3
    )
