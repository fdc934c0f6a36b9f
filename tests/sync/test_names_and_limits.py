"""What is listed and not counted: names, keys and limits, as far as they can be listed."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.errors import AdminApiError
from lib.openai_admin import AdminClient
from lib.openai_admin.name_lists import Name, NameList
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.store.usage_store import Store
from lib.sync import names_and_limits
from lib.sync.names_and_limits import sync_keys, sync_limits, sync_names
from lib.sync.plan import NAMES
from tests.stored import filled

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
ALPHA, BETA = Name("project", "proj_a", "Alpha"), Name("project", "proj_b", "Beta")
ADA = Name("user", "user_a", "Ada")
FAILED = AdminApiError("OpenAI did not answer.")


class Lists:
    """What the API lists, or the failure that it answers with instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: NameList | LimitList | AdminApiError = NameList(())
        self.asked: list[list[str]] = []
        monkeypatch.setattr(AdminClient, "fetch_names", lambda _client: self._given([]))
        monkeypatch.setattr(AdminClient, "fetch_keys", lambda _client, due: self._given([p.id for p in due]))
        monkeypatch.setattr(AdminClient, "fetch_limits", lambda _client, ids: self._given(list(ids)))

    def _given(self, asked: list[str]) -> NameList | LimitList:
        self.asked.append(asked)
        if isinstance(self.answer, AdminApiError):
            raise self.answer
        return self.answer


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    return Lists(monkeypatch)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in which one project and one key of it have rows of today."""
    store = filled(
        tmp_path, "embeddings", {"start": f"{TODAY}", "project_id": "proj_a", "api_key_id": "key_1"}
    )
    store.merge_names([ALPHA, BETA, ADA], NOW)
    return store


def client() -> AdminClient:
    return AdminClient("sk-admin-x")


def called(store: Store) -> dict[str, str]:
    return {name.id: name.name for name in store.names()}


@pytest.mark.parametrize(
    ("names", "failures", "is_listed"),
    [
        ((Name("project", "proj_a", "Search"),), (), True),
        ((Name("project", "proj_a", "Search"),), ("Users cannot be listed.",), True),
        ((), (), True),
        ((), ("Nothing can be listed.",), False),
    ],
)
def test_names_count_as_listed_today_unless_nothing_could_be(
    store: Store, lists: Lists, names: tuple[Name, ...], failures: tuple[str, ...], is_listed: bool
) -> None:
    lists.answer = NameList(names, failures)

    assert sync_names(client(), store, now=NOW) == failures
    assert called(store)["proj_a"] == ("Search" if names else "Alpha")
    assert store.coverage(NAMES, Width.DAY) == ({TODAY: NOW} if is_listed else {})


def test_names_that_cannot_be_listed_stay_what_they_were(store: Store, lists: Lists) -> None:
    lists.answer = FAILED

    assert sync_names(client(), store, now=NOW) == ("OpenAI did not answer.",)
    assert called(store) == {"proj_a": "Alpha", "proj_b": "Beta", "user_a": "Ada"}


def test_keys_are_listed_of_the_projects_that_spend_and_these_are_noted(store: Store, lists: Lists) -> None:
    lists.answer = NameList((Name("api_key", "key_1", "CI", project_id="proj_a"),), (), frozenset({"proj_a"}))

    assert sync_keys(client(), store, now=NOW) == ()
    assert lists.asked == [["proj_a"]]
    assert called(store)["key_1"] == "CI"
    listed = {name.id: name.keys_listed_at for name in store.names() if name.kind == "project"}
    assert listed == {"proj_a": NOW, "proj_b": None}
    assert sync_keys(client(), store, now=NOW) == ()
    assert len(lists.asked) == 1  # nothing more is due


def test_a_project_whose_keys_were_not_listed_to_the_end_is_due_again(store: Store, lists: Lists) -> None:
    lists.answer = NameList((), ("The keys of Alpha cannot be listed.",))

    assert sync_keys(client(), store, now=NOW) == ("The keys of Alpha cannot be listed.",)
    sync_keys(client(), store, now=NOW)
    assert lists.asked == [["proj_a"], ["proj_a"]]


def test_a_key_names_its_owner_only_where_the_organization_does_not(store: Store, lists: Lists) -> None:
    owners = (Name("user", "user_a", "ada-laptop"), Name("user", "user_gone", "Bo"))
    lists.answer = NameList(owners, (), frozenset({"proj_a"}))

    sync_keys(client(), store, now=NOW)

    assert (called(store)["user_a"], called(store)["user_gone"]) == ("Ada", "Bo")


def test_where_keys_or_limits_cannot_be_listed_that_is_said(store: Store, lists: Lists) -> None:
    lists.answer = FAILED

    assert sync_keys(client(), store, now=NOW) == ("OpenAI did not answer.",)
    assert sync_limits(client(), store, now=NOW) == ("OpenAI did not answer.",)
    assert store.limits().read_at is None


def test_limits_are_asked_of_every_project_and_noted_with_their_time(store: Store, lists: Lists) -> None:
    limit = SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(5))
    lists.answer = LimitList((limit,))

    assert sync_limits(client(), store, now=NOW) == ()
    assert [sorted(asked) for asked in lists.asked] == [["proj_a", "proj_b"]]
    assert (store.limits().limits, store.limits().all_read_at) == ((limit,), NOW)


@pytest.mark.parametrize("step", [sync_names, sync_keys, sync_limits])
def test_nothing_is_listed_into_another_organization_s_store(
    store: Store, lists: Lists, monkeypatch: pytest.MonkeyPatch, step: object
) -> None:
    def refuse(*_given: object) -> None:
        raise AdminApiError("This store is another organization's.")

    monkeypatch.setattr(names_and_limits, "require_own", refuse)

    assert step(client(), store, now=NOW) == ("This store is another organization's.",)  # type: ignore[operator]
    assert lists.asked == []
