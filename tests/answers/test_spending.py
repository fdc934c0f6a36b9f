"""Whose dollars they are, against the demo organization: what is refused there is known here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from lib.analysis.allocation.meters import METERED
from lib.analysis.allocation.shares import MONEY, NOT_ALLOCATED, OF_KEY, Basis
from lib.answers import spending
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import UNATTRIBUTED, text_of
from lib.catalog.sources import COSTS
from lib.configuration.secrets_files import ROOT
from lib.demo.server.http_server import DemoServer
from lib.engine.filters import Filters
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.team_declarations import Rule
from lib.store.team_file import read_teams
from lib.store.teamed import teamed
from lib.store.teams import by_team
from lib.sync.background import Syncer
from lib.sync.plan import Need
from tests.synced import synced

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
DAYS = Window(dt.date(2026, 11, 2), dt.date(2026, 11, 16))
FLOOR = dt.date(2026, 11, 9)
REFUSED = Window(dt.date(2026, 11, 11), dt.date(2026, 11, 13))
EARLY, LATE = Window(DAYS.first, FLOOR), Window(FLOOR, DAYS.end)


@dataclass(frozen=True)
class Told:
    """The same organization, whose bill tells everything, and whose bill does not."""

    all: Reading
    partly: Reading


def reading(server: DemoServer, folder: Path) -> Iterator[Reading]:
    needs = [Need(name, Width.DAY, DAYS) for name in ("costs", *METERED)]
    store = synced(server, folder, needs, now=NOW)
    used = Settings(server.admin_key, server.base_url, store.uri)
    client = AdminClient(server.admin_key, server.base_url, now=lambda: NOW)
    view = View(DAYS, NOW.date(), None, Comparison.NONE)
    yield Reading(Backend(used, store, Syncer(client, store, used, now=lambda: NOW)), view)
    client.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    st.cache_data.clear()
    with DemoServer(now=lambda: NOW) as free, DemoServer(now=lambda: NOW) as strict:
        strict.rules.key_floor, strict.rules.user_with_project = FLOOR, REFUSED
        folder = partial(tmp_path_factory.mktemp, "store")
        for everything in reading(free, folder()):
            for something in reading(strict, folder()):
                yield Told(everything, something)
    st.cache_data.clear()


def with_teams(reading: Reading, *rules: Rule) -> Reading:
    """Return the reading with the teams of `rules`, by default those of the example that is shipped."""
    declared = read_teams(ROOT / ".streamlit" / "teams.example.toml", needed=True)
    assert declared is not None
    store = reading.backend.store
    rules = rules or declared.rules
    teams = by_team(dict.fromkeys(rule.team for rule in rules), rules, store.names())
    return replace(reading, backend=replace(reading.backend, store=teamed(store, teams)))


def total(frame: pd.DataFrame) -> Decimal:
    return sum(frame[MONEY], Decimal(0))


def by(frame: pd.DataFrame, key: str) -> dict[str, Decimal]:
    return {str(name): total(rows) for name, rows in frame.groupby(key)}


@pytest.mark.parametrize(
    "dimensions",
    [
        ("project_id",),
        ("api_key_id",),
        ("user_id",),
        ("owner",),
        ("project_id", "user_id"),
        ("owner", "model"),
        ("team",),
        ("team", "api_key_id"),
        ("user_id", "team"),
    ],
)
def test_however_it_is_told_it_sums_to_the_bill(told: Told, dimensions: tuple[str, ...]) -> None:
    partly = with_teams(told.partly)

    assert total(spending.spent(partly, dimensions)) == total(spending.spent(told.all, ("project_id",)))


def test_a_team_gets_what_is_allocated_to_its_keys_where_the_bill_does_not_tell_keys(told: Told) -> None:
    spent = spending.spent(with_teams(told.partly), ("team",))
    truth = by(spending.spent(with_teams(told.all), ("team",)), "team")

    found = by(spent, "team")
    astray = sum((abs(truth[name] - found.get(name, Decimal(0))) for name in truth), Decimal(0))
    assert set(truth) == {"Support", "Growth", "Engineering", "Research", "Risk", "Platform", UNATTRIBUTED}
    assert {Basis.BILLED, Basis.ALLOCATED} < set(spent["basis"])
    assert astray / sum(truth.values()) < Decimal("0.03")


def test_the_days_of_a_bill_without_keys_can_be_filtered_by_team(told: Told) -> None:
    everything = with_teams(told.partly)
    found = by(spending.spent(everything, ("team",), EARLY), "team")

    for team in ("Engineering", "Research", None):
        view = View(EARLY, NOW.date(), None, Comparison.NONE, Filters((("team", (team,)),)))
        narrowed = Reading(everything.backend, view)
        assert total(spending.spent(narrowed, ("project_id",))) == found[text_of(team)]


def test_where_teams_are_told_by_project_only_no_day_is_allocated(told: Told) -> None:
    spent = spending.spent(with_teams(told.partly, Rule("A", projects=("Research",))), ("team",))

    assert set(spent["basis"]) == {Basis.BILLED}


def test_where_the_bill_tells_it_nothing_is_allocated(told: Told) -> None:
    spent = spending.spent(told.partly, ("api_key_id",), LATE)

    assert set(spent["basis"]) == {Basis.BILLED}
    assert by(spent, "api_key_id") == by(spending.spent(told.all, ("api_key_id",), LATE), "api_key_id")


def test_before_the_key_floor_each_key_gets_what_its_usage_was_billed(told: Told) -> None:
    spent = spending.spent(told.partly, ("api_key_id",), EARLY)
    truth = by(spending.spent(told.all, ("api_key_id",), EARLY), "api_key_id")

    found = by(spent, "api_key_id")
    keys = [name for name in truth if name != UNATTRIBUTED]
    astray = sum((abs(truth[name] - found.get(name, Decimal(0))) for name in keys), Decimal(0))
    assert set(spent["basis"]) <= {Basis.ALLOCATED, Basis.NOT_ALLOCATED}
    assert astray / sum((truth[name] for name in keys), Decimal(0)) < Decimal("0.02")


def test_what_matches_no_usage_has_a_row_of_its_own(told: Told) -> None:
    spent = spending.spent(told.partly, ("api_key_id",), EARLY)

    left = spent.loc[spent["basis"] == Basis.NOT_ALLOCATED]
    assert set(left["api_key_id"]) == {NOT_ALLOCATED}
    why = dict(zip(left["line_item"], left["reason"], strict=True))
    assert why["Vector storage"] == "Usage records this by project only"
    assert why["evals | gpt-4o-mini-2024-07-18, input"] == "Usage does not record what this line bills"
    assert why["gpt-image-2-2026-04-21 text, input"] == "No matching usage in that project on that day"


def test_users_of_projects_are_allocated_only_where_that_is_refused(told: Told) -> None:
    spent = spending.spent(told.partly, ("project_id", "user_id"))
    projects = by(spending.spent(told.all, ("project_id",)), "project_id")

    assert Basis.ALLOCATED in set(spent["basis"])
    assert by(spent, "project_id") == projects
    rest = Window(REFUSED.end, DAYS.end)
    assert set(spending.spent(told.partly, ("project_id", "user_id"), rest)["basis"]) == {Basis.BILLED}


def test_an_owner_is_whoever_a_key_belongs_to(told: Told) -> None:
    spent = spending.spent(told.all, ("owner",))

    owners = {n.id: n.owner_id for n in told.all.backend.store.names() if n.kind == "api_key"}
    known = spent.loc[[key in owners for key in spent["api_key_id"]]]
    assert len(known)
    assert list(known["owner"]) == [owners[key] or "(unknown owner)" for key in known["api_key_id"]]


def test_what_has_no_user_goes_by_the_owner_of_its_key_where_keys_are_told(told: Told) -> None:
    spent = by(spending.spent(told.all, ("user_id",)), "user_id")
    keys = spending.spent(told.all, ("user_id", "api_key_id"))

    owners = {n.id: n.owner_id for n in told.all.backend.store.names() if n.kind == "api_key"}
    marked = {f"{OF_KEY}{owner}" for owner in owners.values()}
    owned = {name: amount for name, amount in spent.items() if name.startswith(OF_KEY)}
    assert owned
    assert set(owned) <= marked
    without = keys.loc[[user == UNATTRIBUTED for user in keys["user_id"]]]
    assert sum(owned.values()) + spent.get(UNATTRIBUTED, Decimal(0)) >= total(without)
    assert sum(spent.values()) == total(keys)
    early = Reading(told.partly.backend, View(EARLY, NOW.date(), None, Comparison.NONE))
    assert not any(i.startswith(OF_KEY) for i in by(spending.spent(early, ("user_id",)), "user_id"))


def test_owners_of_keys_are_named_with_what_they_are(told: Told) -> None:
    names = {n.id: n for n in told.all.backend.store.names()}
    account = next(i for i, n in names.items() if n.kind == "service_account")
    person = next(i for i, n in names.items() if n.kind == "user")
    ids = [f"{OF_KEY}{account}", f"{OF_KEY}{person}", person]

    labels = spending.labels_of(told.all, "user_id", ids)

    assert labels[ids[0]].endswith(" (service account)")
    assert labels[ids[1]] == f"{labels[person]} (owner of the key)"
    assert spending.labels_of(told.all, "owner", [account])[account].endswith(" (service account)")


def test_a_filter_on_what_is_not_told_keeps_what_is_allocated_to_it(told: Told) -> None:
    key = max(
        k for k in by(spending.spent(told.all, ("api_key_id",), EARLY), "api_key_id") if k != UNATTRIBUTED
    )
    view = View(EARLY, NOW.date(), Grain.DAY, Comparison.NONE, Filters.of({"api_key_id": [key]}))
    narrowed = Reading(told.partly.backend, view)

    spent = spending.spent(narrowed, ("project_id",))

    wide = spending.spent(told.partly, ("api_key_id",), EARLY)
    assert total(spent) == total(wide.loc[wide["api_key_id"] == key])


def test_usage_is_read_only_where_the_bill_does_not_go_that_far(told: Told) -> None:
    assert spending.sources_of(told.all, ("api_key_id",)) == [COSTS]
    assert len(spending.sources_of(told.partly, ("api_key_id",))) == 1 + len(METERED)
    assert spending.sources_of(told.partly, ("project_id",)) == [COSTS]
