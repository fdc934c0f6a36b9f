"""What people and keys are called where nobody may be named."""

import datetime as dt
from decimal import Decimal

from lib.openai_admin.name_lists import Name
from lib.store.masking import by_masked, masked
from lib.store.records.quantities import Quantity


def test_people_and_keys_go_by_masks_and_projects_by_their_names() -> None:
    names = [
        Name("project", "proj_a", "Search"),
        Name("user", "user-a", "Ada", "ada@example.com"),
        Name("user", "user-b", "Ada", "bea@example.com"),
        Name("service_account", "svc_a", "Indexer", project_id="proj_a"),
        Name("api_key", "key_a", "Ada's key", "sk-...aa", "proj_a", "user-a"),
    ]

    found = masked(names)

    assert [(n.name, n.detail) for n in found] == [
        ("Search", None),
        ("Person fc95", None),
        ("Person eb1c", None),
        ("Service account 35c3", None),
        ("Key 346e", None),
    ]
    assert [(n.id, n.project_id, n.owner_id) for n in found] == [
        (n.id, n.project_id, n.owner_id) for n in names
    ]


def test_who_wrote_something_goes_by_a_mask_unless_it_is_nobody() -> None:
    day = dt.date(2026, 11, 26)
    written = [Quantity("x", day, Decimal(1), who) for who in ("ada@example.com", "not signed in", "")]

    assert [entry.who for entry in by_masked(written)] == ["Person b5fc", "not signed in", ""]
