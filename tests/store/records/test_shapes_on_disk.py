"""Every record is read as other versions of the app left it, and goes on being written."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from lib.access.tokens import ApiToken
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.store.log import Log, Record
from lib.store.records.alert_messages import ALERT_MESSAGES, AlertMessage, MessageState
from lib.store.records.api_tokens import API_TOKENS
from lib.store.records.budgets import BUDGETS, Budget
from lib.store.records.checksums import CHECKSUMS, FolderSums
from lib.store.records.collecting_runs import COLLECTING_RUNS, CollectingRun
from lib.store.records.coverage import COVERAGE, Coverage, Covered
from lib.store.records.decisions import DECISIONS, Decision, DecisionState
from lib.store.records.leases import LEASES, Lease
from lib.store.records.limits import LIMITS, LimitEntry
from lib.store.records.names import NAMES
from lib.store.records.notes import NOTES, Note
from lib.store.records.organization import ORGANIZATION, Owner, Ownership
from lib.store.records.quantities import QUANTITIES, Quantity
from lib.store.records.restrictions import RESTRICTIONS
from lib.store.records.revisions import REVISIONS, Revision
from lib.store.records.saved_views import SAVED_VIEWS, SavedView
from lib.store.records.statement_checks import STATEMENT_CHECKS, StatementCheck
from tests.store.records.on_disk import left_by_a_newer_version, left_by_an_older_version

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=1)
DAY = dt.date(2026, 1, 2)

BUDGET = Budget("project_id", "proj_a", Decimal("12.5"), "Ada", NOON)
COVERED = Covered(
    "costs", Width.DAY, DAY, dt.date(2026, 1, 4), NOON, 3, 40, (("model", "user_id"), ("model",))
)
SUMS = FolderSums("costs/day/month=2026-01", ("a.parquet",), ("ab12",), NOON)
DECISION = Decision(
    "batch:proj_a:key_a:",
    DecisionState.PLANNED,
    "Send it as batches",
    "proj_a",
    "key_a",
    "",
    Decimal("12.5"),
    DAY,
    dt.date(2026, 1, 30),
    "Ada",
    NOON,
)
CHECK = StatementCheck("2026-01", Decimal("12.5"), "Ada", NOON)
LIMIT = LimitEntry(NOON, SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(500), True))
NAME = Name("api_key", "key_a", "CI", "sk-…a", "proj_a", "user-a", True, NOON, NOON, NOON)
NOTE = Note("note-1", DAY, DAY, "deploy", "organization:2026-01-02", NOON)
OWNER = Owner("org-a", "0123abcd", NOON)
MESSAGE = AlertMessage(
    "1f3c9a2b04",
    3,
    "0123abcd",
    "slack://…",
    MessageState.SENT,
    "Budget exceeded",
    "By $2",
    NOON,
    ({"key": "budget"},),
    "",
    1,
    "",
    LATER,
)
LEASE = Lease("collecting", 3, 7, "web-1, process 12", "0123abcd", NOON)
RUN = CollectingRun(NOON, LATER, "web-1, process 12", 12, 40, {"costs": "The API is down."}, LATER)
QUANTITY = Quantity("tickets", DAY, Decimal("4.25"), "Ada", NOON)
TOKEN = ApiToken(
    "1f3c9a2b",
    "Grafana",
    "ab" * 32,
    "Ada",
    NOON,
    LATER,
    ("proj_a",),
    None,
    ("main", "acme"),
    "Bob",
    LATER,
    LATER,
)
REFUSAL = Refusal(
    "costs", RefusalKind.FLOOR, "no", NOON, "user_id", DAY, dt.date(2026, 1, 9), "0123abcd", NOON
)
REVISION = Revision("costs", Width.DAY, DAY, "cost_usd", Decimal(1), Decimal(2), NOON, NOON)

ENTRIES: dict[str, tuple[Record[Any, Any], Any]] = {
    "API token": (API_TOKENS, TOKEN),
    "budget": (BUDGETS, BUDGET),
    "checksums": (CHECKSUMS, SUMS),
    "decision": (DECISIONS, DECISION),
    "statement check": (STATEMENT_CHECKS, CHECK),
    "saved view": (SAVED_VIEWS, SavedView("Weekly", "costs", "period=7d", "ada@example.com", True, True)),
    "coverage": (COVERAGE, COVERED),
    "alert message": (ALERT_MESSAGES, MESSAGE),
    "collecting run": (COLLECTING_RUNS, RUN),
    "lease": (LEASES, LEASE),
    "limit": (LIMITS, LIMIT),
    "name": (NAMES, NAME),
    "note": (NOTES, NOTE),
    "organization": (ORGANIZATION, OWNER),
    "quantity": (QUANTITIES, QUANTITY),
    "refusal": (RESTRICTIONS, REFUSAL),
    "revision": (REVISIONS, REVISION),
}
COLUMNS = {
    "budgets": ["dimension", "about", "amount", "who", "written_at", "removed"],
    "checksums": ["folder", "files", "sums", "recorded_at"],
    "coverage": [
        "source",
        "width",
        "first",
        "end",
        "fetched_at",
        "requests",
        "rows",
        "dimensions",
        "day_rows",
        "day_amounts",
        "fingerprint",
        "unanswered",
        "unanswered_since",
        "recorded_at",
    ],
    "alerts": [
        "message_id",
        "number",
        "receiver",
        "sent_to",
        "state",
        "title",
        "body",
        "decided_at",
        "facts",
        "digest",
        "attempts",
        "failure",
        "written_at",
    ],
    "collecting": [
        "started_at",
        "finished_at",
        "holder",
        "requests",
        "rows",
        "failed",
        "failures",
        "recorded_at",
    ],
    "leases": ["name", "term", "beat", "holder", "token", "at", "released"],
    "limits": ["read_at", "kind", "project_id", "amount", "enforced", "failure", "all_read_at"],
    "decisions": [
        "saving",
        "state",
        "title",
        "project",
        "key",
        "model",
        "expected",
        "first",
        "end",
        "who",
        "written_at",
    ],
    "statements": ["month", "invoice", "who", "written_at"],
    "tokens": [
        "token_id",
        "name",
        "digest",
        "made_by",
        "made_at",
        "expires_at",
        "projects",
        "teams",
        "organizations",
        "revoked_by",
        "revoked_at",
        "written_at",
    ],
    "views": ["name", "page", "query", "owner", "shared", "start", "removed", "written_at"],
    "names": [
        "kind",
        "id",
        "name",
        "detail",
        "project_id",
        "owner_id",
        "archived",
        "first_seen",
        "last_seen",
        "keys_listed_at",
    ],
    "notes": ["note_id", "first", "last", "text", "about", "written_at", "removed"],
    "organization": ["organization_id", "asker", "seen_at"],
    "quantities": ["name", "day", "quantity", "who", "written_at", "removed"],
    "refusals": [
        "source",
        "kind",
        "message",
        "learned_at",
        "dimension",
        "since",
        "until",
        "asker",
        "recorded_at",
    ],
    "revisions": ["source", "width", "day", "metric", "old", "new", "first_fetched_at", "seen_at"],
}
"""The folders and columns that stores of today hold."""
COVERAGE_HELD = Coverage(
    {("costs", Width.DAY): {DAY: NOON, dt.date(2026, 1, 3): NOON}},
    {("costs", Width.DAY): dict.fromkeys((DAY, dt.date(2026, 1, 3)), (("model", "user_id"), ("model",)))},
    {},
    {},
    {("costs", Width.DAY): None},
    NOON,
)


def held(log: Log[Any, Any]) -> Any:
    """Return what a log adds up to, tables as rows."""
    found = log.read()
    return found.to_pylist() if hasattr(found, "to_pylist") else found


def test_the_folders_and_columns_are_those_of_the_stores_that_people_have() -> None:
    assert {record.folder: record.columns.names for record, _ in ENTRIES.values()} == COLUMNS


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_column_more_than_this_version_knows_is_passed_over(tmp_path: Path, kind: str) -> None:
    record, entry = ENTRIES[kind]
    plain = Log(str(tmp_path / "plain"), record)
    plain.append([entry])

    log = left_by_a_newer_version(tmp_path, record, entry)

    assert held(log) == held(plain)


@pytest.mark.parametrize("kind", ENTRIES)
def test_tidying_loses_nothing_that_a_newer_version_wrote(tmp_path: Path, kind: str) -> None:
    record, entry = ENTRIES[kind]
    log = left_by_a_newer_version(tmp_path, record, entry)
    for n in range(20):
        log.append([replace(entry, **{record.moment: NOON + dt.timedelta(minutes=n)})])
    before = held(log)

    log.tidy()

    assert held(log) == before
    assert len(log._table.files()) == 1
    assert DeltaTable(log._table.uri).to_pyarrow_table()["mood"].to_pylist().count("sunny") == 1


@pytest.mark.parametrize(
    ("kind", "missing", "expected"),
    [
        ("API token", "teams", (TOKEN,)),
        ("API token", "revoked_by", (replace(TOKEN, revoked_by=None),)),
        ("budget", "who", (replace(BUDGET, who=None),)),  # type: ignore[arg-type]
        ("budget", "removed", (replace(BUDGET, removed=None),)),  # type: ignore[arg-type]
        ("coverage", "requests", COVERAGE_HELD),
        ("coverage", "dimensions", replace(COVERAGE_HELD, groupings={("costs", Width.DAY): {}})),
        ("coverage", "day_rows", COVERAGE_HELD),
        ("coverage", "fingerprint", COVERAGE_HELD),
        ("coverage", "unanswered", COVERAGE_HELD),
        ("coverage", "unanswered_since", COVERAGE_HELD),
        ("coverage", "recorded_at", COVERAGE_HELD),
        ("limit", "failure", LimitList((LIMIT.limit,), (), NOON)),  # type: ignore[arg-type]
        ("limit", "all_read_at", LimitList((LIMIT.limit,), (), NOON)),  # type: ignore[arg-type]
        ("limit", "enforced", LimitList((replace(LIMIT.limit, enforced=None),), (), NOON)),  # type: ignore[type-var]
        ("name", "detail", {("api_key", "key_a"): replace(NAME, detail=None)}),
        ("name", "archived", {("api_key", "key_a"): replace(NAME, archived=None)}),  # type: ignore[arg-type]
        ("name", "first_seen", {("api_key", "key_a"): replace(NAME, first_seen=None)}),
        ("name", "keys_listed_at", {("api_key", "key_a"): replace(NAME, keys_listed_at=None)}),
        ("note", "removed", (replace(NOTE, removed=None),)),  # type: ignore[arg-type]
        ("organization", "asker", Ownership("org-a", frozenset([None]))),
        ("quantity", "who", (replace(QUANTITY, who=None),)),  # type: ignore[arg-type]
        ("quantity", "removed", (replace(QUANTITY, removed=None),)),  # type: ignore[arg-type]
        ("refusal", "since", (replace(REFUSAL, since=None),)),
        ("refusal", "asker", (replace(REFUSAL, asker=None),)),
        ("refusal", "recorded_at", (REFUSAL,)),
    ],
)
def test_a_column_that_is_not_there_yet_is_empty(
    tmp_path: Path, kind: str, missing: str, expected: object
) -> None:
    record, entry = ENTRIES[kind]
    log = left_by_an_older_version(tmp_path, record, entry, missing)

    assert held(log) == expected
    for n in range(21):
        log.append([replace(entry, **{record.moment: LATER + dt.timedelta(minutes=n)})])
    before = held(log)
    log.tidy()
    assert held(log) == before
    assert len(log._table.files()) == 1
