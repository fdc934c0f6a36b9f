"""What of a store is seen by somebody who may see some projects only."""

import datetime as dt
import inspect
from decimal import Decimal
from pathlib import Path

import pytest

from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision, DecisionState
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.records.revisions import REVISIONS
from lib.store.records.saved_views import SavedView
from lib.store.records.statement_checks import StatementCheck
from lib.store.scoped import Scoped
from lib.store.usage_store import Store

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
DAY = NOW.date()
NAMES = [
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Zebra"),
    Name("api_key", "key_a", "Search key", project_id="proj_a", owner_id="user-a"),
    Name("api_key", "key_b", "Zebra key", project_id="proj_b", owner_id="user-b"),
    Name("service_account", "svc_b", "Zebra bot", project_id="proj_b"),
    Name("user", "user-a", "Ada"),
    Name("user", "user-b", "Zed"),
    Name("user", "user-c", "Cy"),
]
TOLD_OF_ALL = {
    "log_versions", "table_version", "files", "coverage", "groupings", "refusals",  # no number, no name
    "lost", "unanswered", "is_own_asker", "files_of", "lacking", "collected", "leases_of", "organization",
    "synced_at",
}  # fmt: skip
"""What says nothing of any project."""
FROM_REAL_NAMES = {"names", "names_with"}
"""What is made of the names that `Scoped.real_names` narrows."""
FOR_SYNCS = {
    "rows", "row_count", "replace", "stored_later", "recorded_keys", "recorded", "totals", "mark",
    "fingerprint", "agreed", "agree", "damaged_files", "altered_files", "set_aside", "revise",
    "merge_names", "binding_refusals", "ask_again", "remember", "own", "write_limits", "tidy",
    "record_checksums", "has_damaged_log", "broken_records", "rebuild_record", "move_aside", "look_ahead",
}  # fmt: skip
"""What only fills and checks a store, which pages do not."""
FOR_EDITORS = {
    "write_note", "write_budget", "write_quantities", "write_decision", "write_statement_check",
    "write_saved_view",
}  # fmt: skip


@pytest.fixture
def scoped(tmp_path: Path) -> Scoped:
    """A store that holds something of everything, seen by whoever may see proj_a."""
    store = Store(str(tmp_path))
    store.merge_names(NAMES, NOW)
    store.write_note(Note("n", NOW.date(), NOW.date(), "Zebra was deployed", "", NOW), NOW)
    store.write_quantities([Quantity("zebras", NOW.date(), Decimal(7))], NOW)
    for dimension, about in (
        ("project_id", "proj_a"),
        ("project_id", "proj_b"),
        ("api_key_id", "key_a"),
        ("", ""),
    ):
        store.write_budget(Budget(dimension, about, Decimal(7)), NOW)
    for project in ("proj_a", "proj_b", ""):
        saving = Decision(
            f"batch {project}", DecisionState.DONE, "Batch", project, "", "", Decimal(7), DAY, DAY
        )
        store.write_decision(saving, NOW)
    store.write_statement_check(StatementCheck("2026-10", Decimal(7), "ada@example.com"), NOW)
    limits = (SpendLimit(LimitKind.LIMIT, i, Decimal(7)) for i in ("proj_a", "proj_b", ""))
    said = ("The limit of Zebra cannot be read.", "The alerts of the organization cannot be read.")
    store.write_limits(LimitList(tuple(limits), said, NOW), NOW)
    return Scoped(store, frozenset({"proj_a"}))


def test_names_are_those_of_the_projects_and_of_who_owns_their_keys(scoped: Scoped) -> None:
    assert {n.name for n in scoped.names()} == {"Search", "Search key", "Ada"}
    assert {n.name for n in scoped.names_with(["user-c"])} == {"Search", "Search key", "Ada", "Cy"}


def test_budgets_and_limits_are_those_of_the_projects_and_their_keys(scoped: Scoped) -> None:
    assert {(b.dimension, b.about) for b in scoped.budgets()} == {
        ("project_id", "proj_a"),
        ("api_key_id", "key_a"),
    }
    assert [one.project_id for one in scoped.limits().limits] == ["proj_a"]
    assert scoped.limits().failures == ("The alerts of the organization cannot be read.",)


def test_decisions_are_those_about_savings_of_the_projects(scoped: Scoped) -> None:
    assert [d.project for d in scoped.decisions()] == ["proj_a"]


def test_what_is_about_the_whole_organization_is_not_there(scoped: Scoped) -> None:
    assert (scoped.notes(), scoped.quantities(), scoped.statement_checks()) == ((), (), ())
    assert scoped.revisions().num_rows == 0
    assert scoped.revisions().schema.names == [*REVISIONS.columns.names]


def test_views_that_are_shared_are_not_there(scoped: Scoped) -> None:
    for view in (SavedView("Mine", "costs", "", "a@b.example"), SavedView("Ours", "costs", "", shared=True)):
        scoped.write_saved_view(view, NOW)

    assert [view.name for view in scoped.saved_views()] == ["Mine"]


def test_messages_that_were_sent_are_not_there(scoped: Scoped) -> None:
    message = AlertMessage("m", 1, "r", "Slack", MessageState.SENT, "Zebra is over its budget", "", NOW)
    scoped.alert_messages.write([message], NOW)

    assert [each.title for each in Store(scoped.uri).alerts_sent()] == ["Zebra is over its budget"]
    assert scoped.alerts_sent() == []


def test_everything_that_a_store_tells_is_narrowed_or_known_to_tell_nothing() -> None:
    told = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    narrowed = {name for name in vars(Scoped) if not name.startswith("_")}

    assert told - narrowed - FROM_REAL_NAMES - TOLD_OF_ALL - FOR_SYNCS - FOR_EDITORS == set()
